import { areaY, dot, gridX, gridY, lineY, plot, text } from '@observablehq/plot'
import { DOMImplementation, XMLSerializer } from '@xmldom/xmldom'
import { stallOf } from '../../src/core/grace.ts'

/** The staircase of stalls over grace periods, as an SVG that has its own background: pages show it as an image. */
export function stallPicture(): string {
  const document = new DOMImplementation().createDocument('http://www.w3.org/1999/xhtml', 'html', null)
  const steps = Array.from({ length: 961 }, (_, i) => ({ grace: i / 10, stall: stallOf(i / 10) }))
  const named = [
    { grace: 10, stall: stallOf(10), says: '10 s: 12.7 s', dx: 10, dy: 14 },
    { grace: 90, stall: stallOf(90), says: '90 s, the kernel’s default: 100.5 s', dx: -10, dy: -14 },
  ]
  const drawn = plot({
    document,
    width: 720,
    height: 340,
    marginLeft: 56,
    marginBottom: 44,
    marginRight: 20,
    marginTop: 36,
    x: { label: 'grace period, seconds', domain: [0, 96], labelAnchor: 'center', labelArrow: 'none' },
    y: { label: 'stall of the client, seconds', domain: [0, 115], labelArrow: 'none' },
    marks: [
      gridX({ stroke: '#d8dce3', strokeOpacity: 1 }),
      gridY({ stroke: '#d8dce3', strokeOpacity: 1 }),
      areaY(steps, { x: 'grace', y: 'stall', curve: 'step-before', fill: '#0072b2', fillOpacity: 0.12 }),
      lineY(steps, { x: 'grace', y: 'stall', curve: 'step-before', stroke: '#0072b2', strokeWidth: 2.5 }),
      dot(named, { x: 'grace', y: 'stall', r: 5, fill: '#c24f00' }),
      ...named.map(({ grace, stall, says, dx, dy }) =>
        text([says], { x: grace, y: stall, dx, dy, textAnchor: dx < 0 ? 'end' : 'start', fontWeight: 600 }),
      ),
    ],
  })
  // Plot sets a style as a browser's property, which a document without a browser does not write out.
  drawn.setAttribute('style', 'background:#fff;color:#1a202b;font:13px system-ui,sans-serif')
  return new XMLSerializer().serializeToString(drawn)
}
