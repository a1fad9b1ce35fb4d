import assert from 'node:assert/strict';
import type { CommandResult, UpsCommand } from '../../../../lib/core/driver';
import { UpsError } from '../../../../lib/core/errors';
import { keepTrying } from '../../../../lib/core/commands/keep-trying';
import type { NewLogEntry } from '../../../../lib/core/journal/event-log';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { UNIT_DEFAULTS } from '../../../../lib/core/unit/unit-config';
import { UpsUnit } from '../../../../lib/core/unit/ups-unit';
import { Flow } from '../../../../lib/flow/flow';
import type { PulseOrder } from '../../../../lib/flow/outlets/outlet-pulses';
import { FakeClock } from '../../../support/fake-clock';
import { codes } from '../../../support/fake-flow';
import { FakeDriver, onMains } from '../../../support/fake-ups';

/** A device with one outlet. What it does with a command is in `obeys`, what it answers in `answers`. */
class OutletDriver extends FakeDriver {
    obeys: (action: string) => boolean = () => true;
    answers: (action: string) => CommandResult | UpsError = () => ({ confirmed: true });

    constructor(public state: boolean | undefined) {
        super();
    }

    override pollNow(): void {
        this.read(onMains({ outlets: [{ id: '1', on: this.state }] }));
    }

    override execute(command: UpsCommand): Promise<CommandResult> {
        const { action } = command as { action: string };
        this.executed.push(command);
        if (this.obeys(action)) this.state = action === 'on';
        const answer = this.answers(action);
        return answer instanceof UpsError ? Promise.reject(answer) : Promise.resolve(answer);
    }

    get switched(): string[] {
        return this.executed.map((command) => (command as { action: string }).action);
    }
}

describe('the pulse of an outlet', () => {
    const store = () => Object.assign(new MemoryJournal(), { append: (_: NewLogEntry) => {} });
    let journal: ReturnType<typeof store>;
    let clock: FakeClock;
    let flow: Flow;
    let unit: UpsUnit;
    let driver: OutletDriver;
    let problems: unknown[];
    let closing: AbortController;

    /** Another process: nothing is left of the last one but its journal and the device. */
    function start(state: boolean | undefined): void {
        clock = new FakeClock(clock?.now());
        flow = new Flow({ clock, texts: codes });
        const site = { id: 'site1', name: 'Site', location: '', contact: '', dryRun: false, clock, store: journal };
        flow.registry.addSite(site);
        closing = new AbortController();
        problems = [];
        driver = new OutletDriver(state);
        unit = new UpsUnit({
            ...{ id: 'ups1', name: 'UPS', clock, journal, log: journal, config: UNIT_DEFAULTS },
            text: (id) => id,
            problem: (error) => problems.push(error),
        });
        flow.registry.addSource(unit, site);
        unit.start();
        unit.addDriver(
            'device1',
            driver,
            () => {},
            () => {},
        );
        driver.pollNow();
        flow.outletPulses.open('ups1', (error) => problems.push(error));
    }

    const order = (over: Partial<PulseOrder> = {}): PulseOrder => ({
        ...{ unitId: 'ups1', outlet: '1', key: 'job|1', seconds: 10, signal: closing.signal },
        retry: (attempt) => keepTrying(attempt, { clock, signal: closing.signal, tries: 2 }),
        ...over,
    });
    const run = (over: Partial<PulseOrder> = {}) => {
        const told: { result?: CommandResult; error?: UpsError } = {};
        flow.outletPulses.run(order(over)).then(
            ({ result }) => (told.result = result),
            (error: UpsError) => (told.error = error),
        );
        return told;
    };
    const left = () => journal.getValue('ups1', 'outlet-pulses');

    beforeEach(() => (journal = store()));

    for (const [was, first] of [
        [false, 'on'],
        [true, 'off'],
    ] as const)
        it(`goes ${first} if the outlet is ${was ? 'on' : 'off'}, and back`, async () => {
            start(was);
            const told = run();
            await clock.advance(9000);
            assert.equal(driver.state, !was);
            await clock.advance(2000);
            assert.equal(driver.state, was);
            assert.deepEqual([told.result, left()], [{ confirmed: true }, undefined]);
        });

    it('asks the device for the state before: somebody may have switched it since the last reading', async () => {
        start(true);
        driver.state = false;
        run();
        await clock.advance(1000);
        assert.deepEqual(driver.switched, ['on']);
    });

    it('of an outlet whose state is not told is refused, and nothing is sent', async () => {
        start(undefined);
        const told = run();
        await clock.advance(60_000);
        assert.equal(told.error?.code, 'state-unknown');
        assert.deepEqual(driver.executed, []);
    });

    it('goes by what a person has said of the rest, if the state is not told', async () => {
        start(undefined);
        run({ rest: 'on' });
        await clock.advance(20_000);
        assert.deepEqual(driver.switched, ['off', 'on']);
    });

    it('goes back after a kill, though nobody knows of its job any more', async () => {
        start(true);
        run();
        await clock.advance(3000);
        start(false);
        await clock.advance(6000);
        assert.deepEqual(driver.switched, [], 'the rest of it passes first');
        await clock.advance(2000);
        assert.deepEqual([driver.switched, left()], [['on'], undefined]);
    });

    it('goes back after a kill between the journal and the device', async () => {
        start(true);
        driver.execute = () => new Promise(() => {});
        run();
        await clock.advance(1000);
        start(true);
        await clock.advance(11_000);
        assert.deepEqual([driver.switched, driver.state], [['on'], true]);
    });

    it('goes back as soon as a silent device answers again', async () => {
        start(true);
        run();
        await clock.advance(5000);
        driver.obeys = () => false;
        driver.answers = () => new UpsError('device-silent', { host: 'x' });
        await clock.advance(60_000);
        assert.equal(driver.state, false);
        driver.obeys = () => true;
        driver.answers = () => ({ confirmed: true });
        await clock.advance(20_000);
        assert.equal(driver.state, true);
    });

    it('goes back if the device did the first half, and its answer was lost', async () => {
        start(true);
        driver.answers = (action) => (action === 'off' ? new UpsError('device-silent') : { confirmed: true });
        const told = run();
        await clock.advance(5000);
        assert.deepEqual([told.error?.code, driver.state, left()], ['device-silent', true, undefined]);
    });

    it('sends nothing back if the device has refused the first half', async () => {
        start(true);
        driver.obeys = () => false;
        driver.answers = () => new UpsError('access-denied');
        const told = run();
        await clock.advance(20_000);
        assert.deepEqual([told.error?.code, driver.switched, left()], ['access-denied', ['off', 'off'], undefined]);
    });

    it('sends the way back again if the device shows that it did not do it, and says so in the end', async () => {
        start(true);
        driver.answers = () => ({ confirmed: false });
        driver.obeys = (action) => action === 'off' || driver.executed.length > 3;
        const told = run();
        await clock.advance(60_000);
        assert.deepEqual([driver.switched, told.result?.confirmed], [['off', 'on', 'on', 'on'], true]);
        driver.obeys = (action) => action === 'off';
        const stuck = run();
        await clock.advance(60_000);
        assert.deepEqual([stuck.error?.code, driver.state], ['outlet-stays', false]);
    });

    it('is confirmed by the next reading, where the device does not read back at once', async () => {
        start(false);
        driver.answers = () => ({ confirmed: false });
        const told = run();
        await clock.advance(12_000);
        assert.deepEqual(told.result, { confirmed: true });
        driver.obeys = () => false;
        const none = run();
        await clock.advance(12_000);
        assert.equal(none.result?.confirmed, false, 'the first half was not done');
    });

    it('ends with the last of two that overlap', async () => {
        start(true);
        const one = run();
        await clock.advance(5000);
        const two = run({ key: 'job|2' });
        await clock.advance(7000);
        assert.deepEqual([driver.state, one.result?.confirmed], [false, true]);
        await clock.advance(4000);
        assert.deepEqual([driver.state, two.result?.confirmed], [true, true]);
    });

    it('takes back nothing that somebody has switched meanwhile', async () => {
        start(true);
        const told = run();
        await clock.advance(5000);
        await unit.execute({ type: 'outlet', outlet: '1', action: 'off' });
        flow.outletPulses.switched('ups1', '1', 'off');
        await clock.advance(30_000);
        assert.deepEqual([driver.state, told.result?.confirmed], [false, false]);
    });

    it('ends on, if it is told to, whatever the outlet was', async () => {
        start(false);
        run({ back: 'on' });
        await clock.advance(12_000);
        assert.deepEqual(driver.switched, ['off', 'on']);
    });

    it('does not begin so where that is not allowed', async () => {
        start(true);
        const told = run({
            mayBegin: (first) => {
                if (first === 'off') throw new UpsError('on-mains', { ups: 'UPS' });
            },
        });
        await clock.advance(20_000);
        assert.deepEqual([told.error?.code, driver.executed, left()], ['on-mains', [], undefined]);
    });

    it('goes on in a deploy of its UPS, and who waits for it is told', async () => {
        start(true);
        const told = run();
        await clock.advance(5000);
        flow.outletPulses.close('ups1');
        await clock.advance(20_000);
        assert.equal(driver.state, false);
        flow.outletPulses.open('ups1', (error) => problems.push(error));
        await clock.advance(0);
        assert.deepEqual([driver.state, told.result], [true, { confirmed: true }]);
    });

    it('goes on when its job is replaced, and the successor waits for its end', async () => {
        start(true);
        run();
        await clock.advance(5000);
        closing.abort(new UpsError('interrupted'));
        let ended: CommandResult | undefined;
        void flow.outletPulses.ended('ups1', 'job|1', new AbortController().signal).then((result) => (ended = result));
        await clock.advance(6000);
        assert.deepEqual([driver.state, ended], [true, { confirmed: true }]);
        assert.equal(await flow.outletPulses.ended('ups1', 'job|1', closing.signal), undefined);
    });
});
