import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';
import upsAuxModule from '../../nodes/config/ups-aux-module';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsBuzzer from '../../nodes/jobs/ups-buzzer';
import type { UpsAuxModuleNode, UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import { eventuallyBy, eventuallyOnWire } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { FakeDriver, onMains } from '../support/fake-ups';
import { helper, liveBy, theFlow } from '../support/node-red';

const asked: string[] = [];
const fakeDevice = (RED: NodeAPI) => {
    function FakeDevice(this: Node, config: { ups: string }) {
        RED.nodes.createNode(this, config as never);
        const { unit } = RED.nodes.getNode(config.ups) as UpsUnitNode;
        const driver = new FakeDriver();
        driver.execute = async (command) => {
            asked.push(command.type === 'buzzer' ? command.state : command.type);
            return { confirmed: true };
        };
        unit.addDriver(
            this.id,
            driver,
            () => {},
            () => {},
        );
        driver.read(onMains());
        this.on('close', (done: () => void) => void unit.removeDriver(this.id).then(done));
    }
    RED.nodes.registerType('fake-device', FakeDevice as never);
};

describe('ups-buzzer', () => {
    let clock: FakeClock;
    let directory: string;
    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);
    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(() => {
        clock = new FakeClock();
        liveBy(clock);
        directory = mkdtempSync(join(tmpdir(), 'ups-buzzer-'));
        asked.length = 0;
    });
    afterEach(async () => {
        await helper.unload();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(buzzer: object = {}, dryRun = false) {
        const flow = [
            { id: 's', type: 'ups-site', name: 'Hall', directory, dryRun },
            { id: 'u', type: 'ups-unit', name: 'UPS 1', site: 's' },
            { id: 'd', type: 'fake-device', ups: 'u' },
            {
                id: 'm',
                type: 'ups-aux-module',
                name: 'Relays',
                backend: 'simulated',
                interval: 0.1,
                ports: [
                    { name: 'Horn', output: 'true', nc: 'false' },
                    { name: 'Door', output: 'false', nc: 'false' },
                ],
            },
            {
                id: 'b',
                type: 'ups-buzzer',
                name: 'Horn',
                site: 's',
                pattern: 'own',
                rhythm: '50 50',
                wires: [['ev'], ['beat']],
                ...buzzer,
            },
            { id: 'ev', type: 'helper' },
            { id: 'beat', type: 'helper' },
        ];
        await helper.load([upsSite, upsUnit, upsAuxModule, fakeDevice, upsBuzzer] as never, flow as never);
        const events: EventMessage[] = [];
        const beats: unknown[] = [];
        (helper.getNode('ev') as Node).on('input', (message) => void events.push(message as never));
        (helper.getNode('beat') as Node).on('input', (message) => void beats.push(message.payload));
        const tell = (topic: string, payload: unknown) =>
            (helper.getNode('b') as Node).receive({ topic, payload } as never);
        const told = () => events.map(({ topic, payload }) => `${topic} ${payload}`);
        return { tell, told, events, beats };
    }
    const settle = () => clock.advance(120);

    it('beats while the event lasts, is an event itself, and asks the UPS', async () => {
        const { tell, told, beats } = await load({ ups: 'u' });
        tell('alarm', true);
        await eventually(() => beats.length >= 4);
        assert.deepEqual(beats.slice(0, 4), [true, false, true, false]);
        tell('alarm', false);
        await eventually(() => told().length === 2);
        assert.deepEqual(told(), ['Horn/buzzer-on true', 'Horn/buzzer-on false']);
        await settle();
        assert.equal(beats.at(-1), false, 'the relay is off');
        const count = beats.length;
        await settle();
        assert.equal(beats.length, count, 'and stays so');
        assert.deepEqual(asked, ['on', 'mute']);
        assert.deepEqual(
            theFlow()
                .registry.site('s')!
                .store.logEntries()
                .filter(({ kind }) => kind === 'event').length,
            2,
        );
    });

    it('sounds an output of a relay module, which is off at the end', async () => {
        const { tell, told } = await load({ module: 'm', port: 'Horn', rhythm: '300 300' });
        const { module } = helper.getNode('m') as unknown as UpsAuxModuleNode;
        const seen: boolean[] = [];
        const look = () => {
            const { on } = module!.ports[0]!;
            if (on !== undefined && on !== seen.at(-1)) seen.push(on);
        };
        module!.onReading(look);
        await eventually(() => seen.length === 1);
        tell('alarm', true);
        await eventually(() => seen.length >= 5);
        assert.deepEqual(seen.slice(0, 5), [false, true, false, true, false]);
        await eventually(() => seen.at(-1) === true);
        tell('alarm', false);
        await eventually(() => told().length === 2 && seen.at(-1) === false);
        await settle();
        assert.equal(module!.ports[0]!.on, false);
    });

    it('is muted by a message until the next event', async () => {
        const { tell, told, beats } = await load();
        tell('alarm', true);
        await eventually(() => beats.length > 0);
        tell('mute', true);
        await eventually(() => told().length === 2);
        tell('other', true);
        await eventually(() => told().length === 3);
        assert.equal(told()[2], 'Horn/buzzer-on true');
    });

    it('falls silent at its limit', async () => {
        const { tell, told } = await load({ limit: 0.2 });
        tell('alarm', true);
        await eventually(() => told().length === 2);
        assert.equal(told()[1], 'Horn/buzzer-on false');
    });

    it('starts an audio player without a shell, and tells when there is none', async function () {
        this.timeout(20_000);
        const file = join(directory, 'played');
        const script = `require('fs').appendFileSync(process.argv[1], process.argv[2])`;
        const args = ['-e', script, file, '$HOME; x'].join('\n');
        const { tell } = await load({ computer: 'player', command: process.execPath, args });
        tell('alarm', true);
        await eventuallyOnWire(clock, () => read(file).includes('$HOME; x'), { ms: 8000 });
        await helper.unload();
        const again = await load({ computer: 'player', command: join(directory, 'none') });
        again.tell('alarm', true);
        const warn = () => (helper.getNode('b') as Node).warn as unknown as { args: [string][] };
        await eventuallyOnWire(clock, () => warn().args.some(([text]) => /none" failed: missing.*by hand/.test(text)));
    });

    it('does nothing in a dry run, and logs that it would', async () => {
        const { tell, told, beats } = await load({ ups: 'u' }, true);
        tell('alarm', true);
        await eventually(() => told().length === 1);
        await settle();
        assert.deepEqual([beats, asked], [[], []]);
        assert.ok(
            theFlow()
                .registry.site('s')!
                .store.logEntries()
                .some(({ dryRun }) => dryRun),
        );
    });

    it('falls silent when its event ends though the site went into dry run meanwhile', async () => {
        const { tell, told, beats } = await load({ ups: 'u' });
        tell('alarm', true);
        await eventually(() => beats.includes(true));
        // As a deploy of the site alone does it, which this buzzer may not name.
        const site = theFlow().registry.site('s')!;
        theFlow().registry.addSite({ ...site, store: site.store, clock: site.clock, dryRun: true } as never);
        try {
            tell('alarm', false);
            await eventually(() => told().length === 2);
            await settle();
            const count = beats.length;
            await settle();
            assert.equal(beats.length, count, 'still beating');
            assert.equal(beats.at(-1), false);
            assert.deepEqual(asked, ['on', 'mute']);
        } finally {
            theFlow().registry.addSite(site);
        }
    });

    it('leaves a UPS alone that it has never told to sound, when another site is in no dry run', async () => {
        const { tell, told } = await load({ ups: 'u', upsEnd: 'off' }, true);
        tell('alarm', true);
        await eventually(() => told().length === 1);
        const site = theFlow().registry.site('s')!;
        theFlow().registry.addSite({ ...site, store: site.store, clock: site.clock, dryRun: false } as never);
        try {
            tell('alarm', false);
            await eventually(() => told().length === 2);
            await settle();
            assert.deepEqual(asked, []);
        } finally {
            theFlow().registry.addSite(site);
        }
    });

    it('a redeploy ends the beats', async () => {
        const { tell, beats } = await load();
        tell('alarm', true);
        await eventually(() => beats.length > 0);
        await helper.unload();
        const count = beats.length;
        await settle();
        assert.ok(beats.length <= count + 1);
    });

    for (const [what, over] of [
        ['a pattern that does not exist', { pattern: 'waltz' }],
        ['a rhythm that is none', { rhythm: 'x' }],
        ['a player without a program', { computer: 'player', command: '' }],
        ['a UPS that is not there', { ups: 'nobody' }],
        ['a relay module that is not there', { module: 'nobody', port: 'Horn' }],
        ['no output of its module', { module: 'm', port: '' }],
        ['an output that is an input', { module: 'm', port: 'Door' }],
    ] as const) {
        it(`says what is wrong with ${what}`, async () => {
            const { tell, told } = await load(over);
            const node = helper.getNode('b') as Node;
            const { args } = node.error as unknown as { args: [string][] };
            assert.ok(args.some(([text]) => /config-(missing|invalid)/.test(text)));
            tell('alarm', true);
            await settle();
            assert.deepEqual(told(), []);
        });
    }
});

function read(file: string): string {
    try {
        return readFileSync(file, 'utf8');
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
        throw error;
    }
}
