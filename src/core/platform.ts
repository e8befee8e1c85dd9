/** What differs between distributions, as data; see src/platforms. */
export interface Platform {
  readonly id: string
  readonly drbdDialect: '8.4' | '9'
  /** Package names by what needs them. */
  readonly packages: Readonly<
    Record<'heartbeat' | 'drbd' | 'nfs' | 'nfs40' | 'tools' | 'time' | 'xfs' | 'webhook', readonly string[]>
  >
  /** What a STONITH plugin needs besides cluster-glue, by plugin. */
  readonly stonithPackages: Readonly<Record<string, readonly string[]>>
  readonly paths: {
    readonly haDir: string
    readonly heartbeatLibexec: string
    readonly heartbeatShare: string
    readonly drbdDir: string
    readonly exportsDir: string
    readonly nfsConfDir: string
    readonly unitDir: string
    readonly modulesLoadDir: string
    readonly logrotateDir: string
    /** Where heartbeat's STONITH looks for plugins that are scripts. */
    readonly stonithDir: string
  }
  readonly units: {
    readonly heartbeat: string
    readonly nfsServer: string
    readonly mountd: string
    readonly nfsdcld: string
    readonly statd: string
    readonly rpcbind: string
    readonly rpcbindSocket: string
    readonly chrony: string
    readonly timesyncd: string
    readonly drbdService: string
  }
  /** What installing a package brings, so that a blank node's plan is whole; captured on the lab. */
  readonly provides: Readonly<Record<string, PackageProvides>>
}

/** State after `apt-get install` under policy-rc.d (no service started). */
export interface PackageProvides {
  readonly files: readonly string[]
  readonly unitsEnabled: readonly string[]
  readonly unitsDisabled: readonly string[]
  readonly users: readonly string[]
  readonly commands: readonly string[]
}
