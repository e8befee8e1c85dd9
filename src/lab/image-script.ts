import { quote, quoteArgv } from '../core/quote.ts'
import {
  clientFiles,
  type ImageFile,
  imageFiles,
  maskedGenerators,
  maskedUnits,
  repositoryPath,
} from './image-files.ts'
import type { Recipe } from './recipe.ts'

const excluded = ['/usr/share/doc/*', '/usr/share/info/*', '/usr/share/locale/*', '/usr/share/man/*']

/** What the build script is told. Paths are absolute. */
export interface ImageBuild {
  readonly recipe: Recipe
  /** Where node.raw, client.raw, vmlinuz and initrd are put; the tree is built in `tree`. */
  readonly into: string
  readonly tree: string
  /** A deb822 or one-line file of apt sources, mmdebstrap(1) MIRROR. */
  readonly sourcesFile: string
  /** apt.conf lines of the host that reach the archive: proxies and the like. */
  readonly aptOptions: readonly string[]
  /** The images' owner, `uid:gid`: the build may run under sudo. */
  readonly owner: string
}

/**
 * The POSIX sh script that builds both images, run as root. mmdebstrap makes the tree; then packages
 * are fetched without being installed, and indexed as a repository of their own: `apt-get update` and
 * `install` inside work offline, and read an index of a hundred packages instead of sixty thousand.
 */
export function imageScript(build: ImageBuild): string {
  const { recipe, tree, into } = build
  const inTree = `chroot ${quote(tree)} env LC_ALL=C DEBIAN_FRONTEND=noninteractive`
  const lines = [
    '#!/bin/sh',
    'set -eu',
    'umask 022',
    'export LC_ALL=C',
    'say() { echo "lab-image: $*" >&2; }',
    'say making a Debian tree',
    quoteArgv(bootstrapArgv(build)),
    'say fetching what the nodes will install',
    ...recipe.repositoryPackages.flatMap(group => install(build, 'download', group, inTree)),
    ...repository(tree, inTree),
    'say preparing the boot',
    ...neededModules(recipe, tree),
    ...imageFiles.flatMap(file => putFile(tree, file)),
    `mkdir -p ${quote(tree)}/etc/systemd/system-generators`,
    `${inTree} systemctl --quiet mask ${quoteArgv(maskedUnits)}`,
    `${inTree} systemctl --quiet enable nfsha-lab-setup.service`,
    ...maskedGenerators.map(name => `ln -s /dev/null ${quote(tree)}/etc/systemd/system-generators/${name}`),
    ...users(inTree),
    ...kernel(recipe, tree, into, inTree),
    ...clean(tree),
    'say writing the image of the nodes',
    ...writeImage(recipe, tree, `${into}/node.raw`),
    'say installing what the clients need',
    ...install(build, 'install', recipe.clientPackages, inTree),
    ...clientFiles.flatMap(file => putFile(tree, file)),
    ...clean(tree),
    'say writing the image of the clients',
    ...writeImage(recipe, tree, `${into}/client.raw`),
    `chown ${build.owner} ${quote(into)}/node.raw ${quote(into)}/client.raw ${quote(into)}/vmlinuz ${quote(into)}/initrd`,
  ]
  return `${lines.join('\n')}\n`
}

function bootstrapArgv({ recipe, tree, sourcesFile, aptOptions }: ImageBuild): readonly string[] {
  return [
    'mmdebstrap',
    '--quiet',
    '--mode=root',
    '--variant=minbase',
    '--skip=cleanup/apt/lists',
    `--include=${recipe.basePackages.join(',')}`,
    ...aptOptions.map(option => `--aptopt=${option}`),
    '--dpkgopt=force-unsafe-io',
    ...excluded.map(pattern => `--dpkgopt=path-exclude=${pattern}`),
    recipe.suite,
    tree,
    sourcesFile,
  ]
}

function install(
  build: ImageBuild,
  how: 'download' | 'install',
  packages: readonly string[],
  inTree: string,
): readonly string[] {
  // What is in the tree already as well.
  const flag = how === 'download' ? '--download-only --reinstall ' : ''
  return [
    ...putFile(build.tree, { path: '/usr/sbin/policy-rc.d', mode: '0755', content: '#!/bin/sh\nexit 101\n' }),
    `${inTree} apt-get -q -y --no-install-recommends ${flag}install ${quoteArgv(packages)} > ${quote(build.tree)}/var/log/lab-apt.log 2>&1 </dev/null || { tail -n 20 ${quote(build.tree)}/var/log/lab-apt.log >&2; exit 1; }`,
  ]
}

/**
 * The fetched packages, unpacked from xz (emulated guests take seconds for each), and their index:
 * apt-ftparchive would be one more package to install for what is control fields and three lines.
 */
function repository(tree: string, inTree: string): readonly string[] {
  const at = quote(`${tree}${repositoryPath}`)
  const apt = [
    'var/lib/apt/lists',
    'etc/apt/sources.list.d/*',
    'etc/apt/sources.list',
    'etc/apt/apt.conf.d/99mmdebstrap',
  ]
  return [
    `mkdir -p ${at}`,
    `mv ${quote(tree)}/var/cache/apt/archives/*.deb ${at}/`,
    `${inTree} sh -c ${quote(repackScript)}`,
    `( cd ${quote(tree)} && rm -rf ${apt.join(' ')} )`,
    ...putFile(tree, fileAt('/etc/apt/sources.list.d/nfsha-lab.sources')),
    `${inTree} apt-get -q update > /dev/null 2>&1`,
  ]
}

const repackScript = `set -eu
cd ${repositoryPath}
for deb in *.deb; do
  dpkg-deb --raw-extract "$deb" /tmp/unpacked
  dpkg-deb -Znone --build /tmp/unpacked "$deb" > /dev/null
  rm -rf /tmp/unpacked
  dpkg-deb --field "$deb"
  echo "Filename: ./$deb"
  echo "Size: $(stat -c %s "$deb")"
  echo "SHA256: $(sha256sum "$deb" | cut -d ' ' -f 1)"
  echo
done > Packages`

function fileAt(path: string): ImageFile {
  const found = imageFiles.find(file => file.path === path)
  if (found === undefined) throw new TypeError(`the image has no file ${path}`)
  return found
}

function neededModules(recipe: Recipe, tree: string): readonly string[] {
  return recipe.neededModules.map(
    module =>
      `find ${quote(tree)}/lib/modules -name '${module}.ko*' | grep -q . || { say the kernel lacks ${module}; exit 1; }`,
  )
}

function putFile(tree: string, file: ImageFile): readonly string[] {
  const path = quote(`${tree}${file.path}`)
  return [
    `mkdir -p "$(dirname ${path})"`,
    `printf '%s' ${quote(file.content)} > ${path}`,
    `chmod ${file.mode} ${path}`,
  ]
}

function users(inTree: string): readonly string[] {
  return [
    `${inTree} useradd --create-home --shell /bin/bash --user-group admin`,
    // Debian has a group of this name already.
    `${inTree} useradd --create-home --shell /bin/bash --gid operator operator`,
    `printf 'admin:admin\\noperator:operator\\n' | ${inTree} chpasswd`,
  ]
}

function kernel(recipe: Recipe, tree: string, into: string, inTree: string): readonly string[] {
  return [
    `version=$(ls ${quote(tree)}/lib/modules)`,
    `${inTree} mktirfs -o /boot/lab-initrd -m no -M no --include-modules=${recipe.initrdModules.join(',')} "$version"`,
    `cp ${quote(tree)}/boot/lab-initrd ${quote(into)}/initrd`,
    `cp ${quote(tree)}/boot/vmlinuz-"$version" ${quote(into)}/vmlinuz`,
    `rm -f ${quote(tree)}/boot/lab-initrd`,
  ]
}

/** Keys and ids are the machines' own; they come with their set-up. */
function clean(tree: string): readonly string[] {
  const paths = [
    'etc/ssh/ssh_host_*',
    'etc/machine-id',
    'var/lib/dbus/machine-id',
    'var/log/lab-apt.log',
    'var/log/apt/*',
    'var/log/dpkg.log',
    'var/cache/apt/archives/*.deb',
    'usr/sbin/policy-rc.d',
    'etc/hostname',
    'etc/resolv.conf',
  ]
  return [
    `( cd ${quote(tree)} && rm -f ${paths.join(' ')} )`,
    `: > ${quote(tree)}/etc/machine-id`,
    `: > ${quote(tree)}/etc/resolv.conf`,
    `printf '127.0.0.1 localhost\\n' > ${quote(tree)}/etc/hosts`,
  ]
}

function writeImage(recipe: Recipe, tree: string, image: string): readonly string[] {
  return [
    `rm -f ${quote(image)}`,
    `mke2fs -q -F -t ext4 -E lazy_itable_init=1,lazy_journal_init=1 -d ${quote(tree)} ${quote(image)} ${recipe.sizeMiB}M`,
  ]
}
