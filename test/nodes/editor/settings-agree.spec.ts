import assert from 'node:assert/strict';
import { RecordedNodes, type Reading } from '../../support/recorded-nodes';
import { htmlOf, isDeclared, nodes as all, read } from './contract';
import { choicesOf, Dialogs, shippedNodes, type FlowNode } from './dialogs';

const SECRETS = {
    password: 'secret',
    user: 'ops',
    secret: 'a secret that is long enough',
    community: 'public',
};

/** Its default goes by another setting; or empty is none, as 0 is. */
const BY_OTHERS = new Set(['ups-mail-account.port', 'ups-snmp.trapPort']);

/** What must be filled before anything else is read. */
const FILLED: Record<string, string> = { host: '192.0.2.1', path: '/dev/ttyS9', command: '/bin/true' };
const contact = { contact: 'power-fail', type: 'no' };
const MORE: Record<string, object[]> = {
    'ups-contacts': [
        { source: 'modbus', contacts: [{ ...contact, input: '0' }] },
        { source: 'serial', contacts: [{ ...contact, input: 'cts' }] },
    ],
    'ups-modem': [{ transport: 'tcp', port: '7000' }],
    'ups-sensor': [{ source: 'snmp', device: 'any', oid: '1.3.6.1.4.1.1' }],
    'ups-cs141': [
        { transport: 'tcp', sensors: 'none', http: true },
        { transport: 'tcp', sensors: 'sm-t-com', http: false },
    ],
    'ups-aux-module': [{ backend: 'modbus', transport: 'rtu' }],
};

const ELSEWHERE = new Set([
    // Told by words of their own, which their nodes' specs try.
    'ups-ssh.hostKey',
    ...['mode', 'transport', 'framing', 'format', 'facility', 'severity'].map((property) => `ups-syslog.${property}`),
    ...['ups-modem.transport', 'ups-modem.mode', 'ups-delta.transport', 'ups-delta.dtr', 'ups-delta.rts'],
    ...['ups-sensor.source', 'ups-digital-input.source', 'ups-buzzer.pattern'],
    ...['ups-cs141.map', 'ups-cs141.sensors', 'ups-remote-receiver.log'],
    // The languages that the package has, which the runtime tells the dialog.
    // Names of something that the flow has.
    ...['ups-aux-module.device', 'ups-sensor.device', 'ups-aux-input.port', 'ups-aux-switch.port', 'ups-buzzer.port'],
    'ups-remote-receiver.outputs',
    // Compared value by value in checks.spec.ts.
    ...['scale', 'offset', 'samples', 'atLimit', 'hysteresis', 'seconds', 'latch'].map((each) => `ups-sensor.${each}`),
]);

const nodes = all.filter(([type]) => !isDeclared(type));

describe('a dialog and the runtime', () => {
    const dialogs = new Dialogs();
    let runtime: RecordedNodes;
    const covered = new Set<string>();
    const configs = shippedNodes.filter(({ type }) =>
        all.some(([known, file]) => known === type && /config/.test(file)),
    );

    before(function () {
        this.timeout(60_000);
        runtime = new RecordedNodes(configs);
    });

    /** Nodes as they are shipped, and as they are after each other choice, with nothing said that has a default. */
    function bare(type: string): { node: FlowNode; read: FlowNode }[] {
        const { defaults } = dialogs.of(type);
        const shipped = shippedNodes.filter((node) => node.type === type);
        const ticks = Object.entries(defaults).filter(([, { value }]) => typeof value === 'boolean');
        const choices = [...choicesOf(type), ...ticks.map(([property]) => [property, [true]] as const)];
        const variants: FlowNode[] = choices.flatMap(([property, values]) =>
            values.flatMap((value) => shipped.slice(0, 3).map((node) => ({ ...node, [property]: value }))),
        );
        const kept = (property: string) =>
            choices.some(([name]) => name === property) ||
            !['number', 'string', 'boolean'].includes(typeof defaults[property]?.value) ||
            defaults[property]?.value === '';
        const more = (MORE[type] ?? []).map((given) => ({ ...shipped[0]!, ...given }));
        const fills = Object.fromEntries(Object.entries(FILLED).filter(([property]) => property in defaults));
        return [...shipped, ...variants, ...more].map((node) => ({
            node: {
                ...fills,
                ...Object.fromEntries(Object.entries(node).filter(([, value]) => value !== '')),
            } as FlowNode,
            read: {
                ...fills,
                ...Object.fromEntries(
                    Object.entries(node).filter(
                        ([property, value]) => value !== '' && (!(property in defaults) || kept(property)),
                    ),
                ),
                id: 'under-test',
                credentials: SECRETS,
            } as unknown as FlowNode,
        }));
    }

    function assertBounds(node: FlowNode, { property, min = -Infinity, max = Infinity, whole }: Reading): void {
        const refuses = (value: number) => property in dialogs.problems({ ...node, [property]: value });
        const near = (bound: number) => (whole ? 1 : Math.max(Math.abs(bound) / 1000, 0.0001));
        const told = `${node.type}.${property} from ${min} to ${max}`;
        if (Number.isFinite(min)) {
            if (property !== 'loadVA') assert.equal(refuses(min), false, `the dialog refuses the least: ${told}`);
            assert.equal(refuses(min - near(min)), true, `the dialog takes less: ${told}`);
        }
        if (Number.isFinite(max)) {
            assert.equal(refuses(max), false, `the dialog refuses the most: ${told}`);
            assert.equal(refuses(max + near(max)), true, `the dialog takes more: ${told}`);
        } else if (property !== 'loadVA' && property !== 'count') {
            assert.equal(refuses(9e9), false, `the dialog has a bound: ${told}`);
        }
        const fraction = (Number.isFinite(min) ? min : 1) + 0.5;
        if (fraction < max) assert.equal(refuses(fraction), whole === true, `fractions: ${told}`);
    }

    const fits = (value: number, { min = -Infinity, max = Infinity }: Reading) => value >= min && value <= max;

    function assertField(type: string, { property, min }: Reading): void {
        const field = new RegExp(`<input[^>]*id="node-(?:config-)?input-${property}"[^>]*>`).exec(
            read(htmlOf(type)),
        )?.[0];
        const shown = /\smin="([^"]*)"/.exec(field ?? '')?.[1];
        // Of a Modbus unit id it goes by the transport.
        if (shown !== undefined && property !== 'unitId')
            assert.equal(Number(shown), min, `${type}.${property}: min of the field`);
    }

    for (const [type] of nodes) {
        it(`agree on the defaults and bounds of ${type}`, function () {
            this.timeout(30_000);
            const { defaults } = dialogs.of(type);
            const options = choicesOf(type);
            for (const { node, read: asked } of bare(type)) {
                const seen = new Set<string>();
                for (const reading of runtime.read(asked).readings) {
                    const { property, kind, otherwise, allowed } = reading;
                    if (!(property in defaults) || seen.has(property)) continue;
                    seen.add(property);
                    const { value } = defaults[property]!;
                    covered.add(`${type}.${property}`);
                    const told = `${type}.${property}`;
                    if (kind === 'tick') assert.equal(otherwise, value, told);
                    else if (kind === 'choice') {
                        assert.equal(otherwise, String(value), told);
                        // Every job understands both edges; not each dialog offers them.
                        const offered = options.get(property) ?? [];
                        const known = property === 'edge' ? offered : [...allowed!];
                        assert.deepEqual([...offered].sort(), known.sort(), told);
                    } else {
                        const mustBeFilled = property in dialogs.problems({ ...node, [property]: '' });
                        const wanted = value === '' ? undefined : Number(value);
                        if (!mustBeFilled && !BY_OTHERS.has(told))
                            assert.equal(otherwise, wanted, `default of ${told}`);
                        const offered = options.get(property);
                        if (offered)
                            assert.ok(
                                offered.every((each) => fits(Number(each), reading)),
                                told,
                            );
                        else assertBounds(node, reading);
                        assertField(type, reading);
                    }
                }
            }
        });
    }

    after(() => runtime.destroy());

    it('agree on every number, tick box and choice', () => {
        const all = nodes.flatMap(([type]) =>
            Object.entries(dialogs.of(type).defaults)
                .filter(
                    ([property, { value }]) =>
                        typeof value === 'number' || typeof value === 'boolean' || choicesOf(type).has(property),
                )
                .map(([property]) => `${type}.${property}`),
        );
        const unheard = all.filter((each) => !covered.has(each));
        const isByHand = (each: string) => nodes.some(([type]) => each.startsWith(`${type}.`));
        assert.deepEqual(unheard.sort(), [...ELSEWHERE].filter(isByHand).sort());
    });
});
