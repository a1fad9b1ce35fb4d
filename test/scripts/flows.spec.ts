import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MOST_IMPORTANT_EVENTS } from '../../lib/core/events/important';
import { UPS_EVENT_IDS } from '../../lib/core/events/ids';

interface FlowNode extends Record<string, unknown> {
    id: string;
    type: string;
    name?: string;
    info?: string;
    x?: number;
    y?: number;
    wires?: string[][];
    links?: string[];
    events?: string[];
}

const root = join(__dirname, '../..');
const read = (folder: string, file: string) => JSON.parse(readFileSync(join(root, folder, file), 'utf8')) as FlowNode[];
const shipped = ['flows', 'packages/dashboard/examples'].flatMap((folder) =>
    readdirSync(join(root, folder)).map((file): [string, FlowNode[]] => [file, read(folder, file)]),
);
const examples = readdirSync(join(root, 'examples'))
    // The build lays the shipped flows beside them.
    .filter((file) => !file.startsWith('shipped-'))
    .map((file): [string, FlowNode[]] => [file, read('examples', file)]);

/** What a 1600 pixel wide editor shows with both side bars open. */
const WIDEST = 1080;
/** Of a wide font, px; the editor's own is narrower. */
const CHARACTER = 8.2;
const HEIGHT = 30;
/** From the middle of a node to that of the next one below: there is room for the status text between them. */
const STATUS_STEP = 55;

function width({ type, name, events, l }: FlowNode): number {
    if (type === 'junction' || (type.startsWith('link ') && l !== true)) return HEIGHT;
    const label = name || events?.join() || type;
    return Math.max(100, 20 * Math.ceil((CHARACTER * label.length + 57) / 20));
}

/** Its corners on the canvas, and those of a group. */
function box(node: FlowNode): [left: number, top: number, right: number, bottom: number] {
    const { x = 0, y = 0 } = node;
    if (node.type === 'group') return [x, y, x + Number(node.w), y + Number(node.h)];
    return [x - width(node) / 2, y - HEIGHT / 2, x + width(node) / 2, y + HEIGHT / 2];
}

function overlap(one: FlowNode, other: FlowNode): boolean {
    const [a, b] = [box(one), box(other)];
    return a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
}

/** All from which a message may come to this node, through wires and links. */
function upstream(flow: FlowNode[], node: FlowNode, seen = new Set<FlowNode>()): FlowNode[] {
    if (seen.has(node)) return [];
    seen.add(node);
    const before = flow.filter(
        ({ wires, type, links }) =>
            wires?.flat().includes(node.id) || (type === 'link out' && links?.includes(node.id) === true),
    );
    return [...before, ...before.flatMap((each) => upstream(flow, each, seen))];
}

const label = ({ name, type }: FlowNode) => name || type;

describe('shipped flows and examples', () => {
    it('can all be imported beside each other: no two share an id', () => {
        const owners = new Map<string, string>();
        for (const [file, flow] of [...shipped, ...examples]) {
            for (const { id } of flow) {
                assert.equal(owners.get(id), undefined, `${id} is in ${file} and in ${owners.get(id)}`);
                owners.set(id, file);
            }
        }
    });

    for (const [file, flow] of [...shipped, ...examples]) {
        it(`${file} shuts down upon chosen events only`, () => {
            const downs = flow.filter(
                ({ type, action }) =>
                    type === 'ups-shutdown' ||
                    type === 'ups-ssh' ||
                    (type === 'ups-rccmd' && ['shutdown', 'execute'].includes(String(action))),
            );
            for (const job of downs) {
                for (const source of upstream(flow, job).filter(({ type }) => type === 'ups-event')) {
                    assert.ok(source.all !== true && source.events!.length > 0, `${label(source)} → ${label(job)}`);
                }
            }
        });

        it(`${file} listens to this machine alone`, () => {
            for (const { type, address } of flow) {
                if (!/^ups-(rccmd|remote)-receiver$/.test(type)) continue;
                for (const one of String(address).split(',')) assert.match(one.trim(), /^127\./);
            }
        });
    }

    for (const [file, flow] of [...shipped, ...examples]) {
        it(`${file} leaves room for the status text below each node`, () => {
            const drawn = flow.filter(({ x, type }) => x !== undefined && type !== 'group');
            for (const node of drawn.filter(({ type }) => type.startsWith('ups-'))) {
                const [left, , right] = box(node);
                const below = drawn.filter((other) => {
                    const [from, , to] = box(other);
                    return other.z === node.z && other.y! > node.y! && from < right && left < to;
                });
                for (const other of below)
                    assert.ok(
                        other.y! - node.y! >= STATUS_STEP,
                        `${label(node)}: ${label(other)} is ${other.y! - node.y!} px below`,
                    );
            }
        });
    }

    for (const [file, flow] of shipped) {
        const drawn = flow.filter(({ x }) => x !== undefined);

        it(`${file} fits on the screen, and nothing lies on anything else`, () => {
            for (const node of drawn) assert.ok(box(node)[2] <= WIDEST, `${label(node)} reaches to ${box(node)[2]}`);
            for (const kind of [true, false]) {
                const same = drawn.filter(({ type }) => (type === 'group') === kind);
                same.forEach((one, index) =>
                    same
                        .slice(index + 1)
                        .forEach((other) => assert.ok(!overlap(one, other), `${label(one)} and ${label(other)}`)),
                );
            }
        });

        it(`${file} works alone, and says what it needs`, () => {
            for (const unit of flow.filter(({ type }) => type === 'ups-unit')) {
                // An ups-duracomm that asks this machine asks a simulated device that the flow starts itself.
                const isDevice = ({ type, host }: FlowNode) =>
                    type === 'ups-simulator' || (type === 'ups-duracomm' && host === '127.0.0.1');
                const devices = flow.filter((node) => isDevice(node) && node.ups === unit.id);
                assert.equal(devices.length, 1, `${label(unit)} has a device`);
            }
            const [first] = drawn.filter(({ type }) => type === 'comment').sort((a, b) => a.y! - b.y!);
            assert.match(first?.name ?? '', /read me first/);
            assert.match(first?.info ?? '', /\*\*What it needs\*\*/);
            if (!flow.some(({ type }) => type.startsWith('ui-'))) return;
            assert.match(first?.info ?? '', /@flowfuse\/node-red-dashboard/);
            assert.match(flow.find(({ type }) => type === 'tab')!.info!, /@flowfuse\/node-red-dashboard/);
        });

        it(`${file} has a first reading of all that it shows`, () => {
            const fed = flow.filter(
                ({ type, source }) => /^ups-(sensor|digital-input)$/.test(type) && source === 'message',
            );
            for (const sensor of fed) {
                const first = upstream(flow, sensor).filter(({ type, once }) => type === 'inject' && once === true);
                assert.equal(first.length, 1, `${label(sensor)} is told once`);
            }
        });

        it(`${file} tells times as people read them`, () => {
            assert.doesNotMatch(JSON.stringify(flow), /\{\{(event\.duration|age|battery\.secondsOnBattery)\}\} s\b/);
            assert.doesNotMatch(JSON.stringify(flow), /Remaining\}\} min/);
        });
    }

    it('a UPS of theirs is loaded by about 60 percent, and well', () => {
        const simulators = shipped.flatMap(([, flow]) => flow.filter(({ type }) => type === 'ups-simulator'));
        assert.equal(simulators.length, 7);
        for (const { loads, loadVA, ratedVA } of simulators) {
            const named = (loads as { va: number }[]).reduce((sum, { va }) => sum + va, 0);
            const percent = (100 * (named || Number(loadVA))) / Number(ratedVA);
            assert.ok(percent > 55 && percent < 70, `${percent} %`);
        }
    });
});

describe('flows/ups-events', () => {
    const flow = read('flows', 'ups-events.json');
    const rowsOf = (job: FlowNode) =>
        upstream(flow, job)
            .filter(({ type }) => type === 'ups-event')
            .flatMap(({ events }) => events!);

    it('logs every event, and traps by mail and RCCMD tell of the most important ones', () => {
        const logged = new Set(flow.filter(({ type }) => type === 'ups-log').flatMap(rowsOf));
        assert.deepEqual([...logged].sort(), [...UPS_EVENT_IDS].sort());
        const traps = flow.filter(
            ({ type, action }) => type === 'ups-email-trap' || (type === 'ups-rccmd' && action === 'trap'),
        );
        assert.deepEqual(traps.map(({ type }) => type).sort(), ['ups-email-trap', 'ups-rccmd']);
        for (const trap of traps) {
            assert.equal(trap.edge, 'both');
            const [choice] = upstream(flow, trap);
            const ids = JSON.parse(/\[.*\]/.exec(String(choice!.property))![0]) as string[];
            assert.deepEqual(ids.sort(), [...MOST_IMPORTANT_EVENTS].sort());
            for (const id of MOST_IMPORTANT_EVENTS) assert.ok(rowsOf(trap).includes(id), `${id} comes to it`);
        }
    });

    it('shuts its computer down at a low battery in an outage, and its UPS at its last call, and nothing else', () => {
        const acts = flow.filter(
            ({ type, action }) =>
                (type === 'ups-rccmd' && !['message', 'trap', 'wakeup'].includes(String(action))) ||
                (type === 'ups-shutdown' && action !== 'abort'),
        );
        assert.deepEqual(
            acts.map((job) => [job.type, job.action, rowsOf(job)]),
            [
                ['ups-rccmd', 'shutdown', ['battery-low']],
                ['ups-shutdown', 'shutdown', ['system-shutdown']],
            ],
        );
        const [event] = upstream(flow, acts[0]!);
        assert.equal(event!.onlyOnBattery, true);
    });
});
