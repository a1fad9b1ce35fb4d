import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import upsBattery from '../../nodes/config/ups-battery';
import upsSite from '../../nodes/config/ups-site';
import upsBatterySimulator from '../../nodes/devices/ups-battery-simulator';
import upsEqualizing from '../../nodes/jobs/ups-equalizing';
import upsDigitalInput from '../../nodes/sensors/ups-digital-input';
import type { UpsBatteryNode } from '../../nodes/shared/config/battery-of';
import type { ObjectWriter } from '../../nodes/shared/device/object-writer';
import type { Told } from '../support/card-flow';
import { fakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';

/** The battery lives sixty times as fast: so long is an hour of it, ms. */
const HOUR = 60_000;

const room = { modules: 4, strings: 1, speed: 60 };

interface Command {
    command: string;
    hours?: number;
}

describe('ups-equalizing', function () {
    const time = fakeTime();
    const { eventually, clock } = { eventually: time.eventually, clock: () => time.clock };
    let directory: string;
    let results: Told[];
    let commands: Command[];
    const battery = () => (helper.getNode('battery') as unknown as UpsBatteryNode).battery!;
    const equalizes = () => battery().view().states.has('equalizing');
    const isPaused = () =>
        battery()
            .activeEvents()
            .some(({ id }) => id === 'equalizing-paused');
    const press = (id = 'job') => (helper.getNode(id) as Node).receive({ topic: 'button', payload: true } as never);
    const order = (topic: string, payload?: unknown) =>
        (helper.getNode('sim') as Node).receive({ topic, payload } as never);
    const texts = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries()
            .filter(({ kind }) => kind === 'job')
            .map(({ text }) => text);

    async function load(job: object, dryRun = false, ...more: object[]): Promise<void> {
        results = [];
        commands = [];
        await helper.load(
            [upsSite, upsBattery, upsBatterySimulator, upsDigitalInput, upsEqualizing] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory, dryRun },
                { id: 'battery', type: 'ups-battery', name: 'Room', site: 'site1' },
                { id: 'sim', type: 'ups-battery-simulator', battery: 'battery', ...room, wires: [[]] },
                {
                    ...{ id: 'job', type: 'ups-equalizing', battery: 'battery', site: 'site1', ...job },
                    wires: [['out'], ['user']],
                },
                { id: 'input', type: 'ups-digital-input', name: 'Key', site: 'site1', wires: [['job']] },
                { id: 'out', type: 'helper' },
                { id: 'user', type: 'helper' },
                ...more,
            ] as never,
        );
        (helper.getNode('out') as Node).on('input', (message) => results.push(message as unknown as Told));
        (helper.getNode('user') as Node).on('input', ({ payload }) => commands.push(payload as Command));
        await eventually(() => battery().view().at !== undefined);
    }

    /** Flag and percents are told within a pass of all values. */
    const settled = () => clock().advance(11_000);

    /** What the flow of a user does: he tells the card. */
    const obey = () =>
        (helper.getNode('user') as Node).on('input', ({ payload }) => {
            const { command, hours } = payload as Command;
            order(command, hours);
        });
    const failures = () =>
        (helper.getNode('job') as unknown as { error: { args: [unknown][] } }).error.args.map(([error]) =>
            String(error),
        );

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    });
    afterEach(async () => {
        await time.unload();
        speakInWords(false);
        rmSync(directory, { recursive: true });
    });

    it('pauses a simulated battery for its hours, seen in flag and percents, and resumes it', async () => {
        speakInWords(true);
        await load({ way: 'simulator', hours: 2 });
        await eventually(equalizes);
        press();
        await settled();
        const { job } = await eventually(() => results[0]);
        assert.equal(job?.ok, true);
        assert.equal((job!.detail as { confirmed: boolean }).confirmed, true);
        assert.deepEqual(texts(), ['Room: equalizing paused for 2 h: confirmed']);
        assert.equal(equalizes(), false);
        assert.ok(isPaused());
        await clock().advance(1.5 * HOUR);
        assert.ok(isPaused() && !equalizes(), 'before the end');
        await clock().advance(0.6 * HOUR);
        assert.ok(!isPaused() && equalizes(), 'after it');
    });

    it('tells the flow of the user what to do, and believes what the card then shows', async () => {
        await load({ way: 'message', hours: 12 });
        obey();
        await eventually(equalizes);
        press();
        await settled();
        await eventually(() => results[0]);
        assert.deepEqual(commands, [{ command: 'pause', hours: 12 }]);
        assert.ok(!equalizes() && isPaused());
        await clock().advance(12.2 * HOUR);
        assert.deepEqual(commands.at(-1), { command: 'resume' });
        assert.ok(equalizes() && !isPaused());
    });

    it('fails if the card goes on equalizing, and takes the pause back', async () => {
        await load({ way: 'message', hours: 30 });
        await eventually(equalizes);
        press();
        await clock().advance(295_000);
        assert.equal(results.length, 0);
        await clock().advance(10_000);
        const { job } = await eventually(() => results[0]);
        assert.equal(job?.ok, false);
        assert.match(String(job?.error), /equalizing-stays/);
        assert.deepEqual(commands, [{ command: 'pause', hours: 30 }, { command: 'resume' }]);
        assert.equal(isPaused(), false);
    });

    it('sets the object of the user by the SNMP of his ups-bacs', async () => {
        const { job, sets } = await bySnmp({ hours: 0.4, pauseValue: '{{minutes}}', resumeValue: 'run' });
        assert.equal(job?.ok, true);
        assert.deepEqual(sets, ['1.3.6.1.4.1.99999.1.0 = 24']);
        await clock().advance(HOUR);
        assert.deepEqual(sets, ['1.3.6.1.4.1.99999.1.0 = 24', '1.3.6.1.4.1.99999.1.0 = run']);
        assert.ok(equalizes());
    });

    async function bySnmp(job: object): Promise<{ job: Told['job']; sets: string[] }> {
        const sets: string[] = [];
        await load({ way: 'snmp', device: 'card', oid: '1.3.6.1.4.1.99999.1.0', ...job }, false, {
            ...{ id: 'card', type: 'helper' },
        });
        (helper.getNode('card') as Node & ObjectWriter).writeObject = (oid, value) => {
            sets.push(`${oid} = ${value}`);
            order(value === 'run' ? 'resume' : 'pause', value === 'run' ? undefined : 1);
            return Promise.resolve();
        };
        await eventually(equalizes);
        press();
        return { job: (await eventually(() => results[0])).job, sets };
    }

    it('says through done that its device speaks no SNMP', async () => {
        await load({ way: 'snmp', device: 'card', oid: '1.3.6.1.4.1.99999.1.0' }, false, {
            ...{ id: 'card', type: 'helper' },
        });
        press();
        await settled();
        const { job } = await eventually(() => results[0]);
        assert.equal(job?.ok, false);
        assert.match(String(job?.error), /not-supported/);
    });

    it('only says in a dry run what it would do', async () => {
        speakInWords(true);
        await load({ way: 'simulator', hours: 20 }, true);
        await eventually(equalizes);
        press();
        await settled();
        const { job } = await eventually(() => results[0]);
        assert.equal(job?.dryRun, true);
        await clock().advance(10_000);
        assert.ok(equalizes() && !isPaused());
        assert.match(texts()[0]!, /Room: equalizing paused for 20 h/);
    });

    it('counts its hours over a restart', async () => {
        await load({ way: 'simulator', hours: 4 });
        await eventually(equalizes);
        press();
        await settled();
        await eventually(() => results[0]);
        await clock().advance(HOUR);
        await time.unload();
        clock().advanceSync(HOUR);
        await load({ way: 'simulator', hours: 4 });
        assert.ok(isPaused() && !equalizes());
        await clock().advance(1.3 * HOUR);
        assert.ok(isPaused() && !equalizes(), 'before the end');
        await clock().advance(0.8 * HOUR);
        assert.ok(!isPaused(), 'after it');
        await eventually(equalizes);
    });

    it('waits on for its confirmation after a deploy, and asks for the same hours only', async () => {
        await load({ way: 'message', hours: 5 });
        await eventually(equalizes);
        (helper.getNode('input') as Node).receive({ payload: true } as never);
        await eventually(() => commands[0]);
        await clock().advance(HOUR / 10);
        assert.equal(results.length, 0);
        await time.unload();
        await load({ way: 'message', hours: 5 });
        obey();
        order('pause', 5);
        (helper.getNode('input') as Node).receive({ payload: true } as never);
        const { job } = await eventually(() => results[0], 60_000);
        assert.equal(job?.ok, true);
        assert.equal(results.length, 1);
        const [again] = commands;
        assert.ok(again!.hours! > 4.8 && again!.hours! < 4.95, `${again?.hours} h are left`);
    });

    it('shares one pause with other jobs of its battery: who asked last counts', async () => {
        const other = { type: 'ups-equalizing', battery: 'battery', site: 'site1', way: 'simulator' };
        await load({ way: 'simulator', hours: 10 }, false, { id: 'go', ...other, action: 'resume', wires: [['out']] });
        await eventually(equalizes);
        press();
        await settled();
        await eventually(() => results[0]);
        press('go');
        await eventually(() => results[1]);
        assert.ok(equalizes() && !isPaused());
        await clock().advance(11 * HOUR);
        press('go');
        const { job } = await eventually(() => results[2]);
        assert.equal((job!.detail as { confirmed: boolean }).confirmed, false, 'there was nothing to resume');
        assert.deepEqual(failures(), []);
    });

    it('resumes when the last job of the battery is deleted: nobody else would', async () => {
        await load({ way: 'simulator', hours: 10 });
        await eventually(equalizes);
        press();
        await settled();
        await eventually(() => results[0]);
        await (helper.getNode('job') as unknown as { close(removed: boolean): Promise<void> }).close(true);
        await eventually(equalizes);
        assert.equal(isPaused(), false);
    });
});
