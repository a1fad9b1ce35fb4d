import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { GsmModem, type ModemState } from '../../../../lib/protocols/gsm/modem';
import { planSms } from '../../../../lib/core/sms/parts';
import { JournalPinMemory } from '../../../../lib/protocols/gsm/pin-memory';
import { sendSms } from '../../../../lib/protocols/gsm/send-sms';
import type { ModemSettings } from '../../../../lib/protocols/gsm/settings';
import { SimulatedModem, type ModemOptions } from '../../../../simulators/gsm-modem/modem';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryModemTransport } from '../../../support/modem-memory';
import { errorInEnglish, inEnglish } from '../../../support/in-english';

describe('GSM modem', () => {
    let clock: FakeClock;
    let modem: GsmModem;
    let sim: SimulatedModem;
    let line: MemoryModemTransport;
    let states: ModemState[];
    const journal = { current: new MemoryJournal() };
    /** False: there is no site, and a restart forgets. */
    let lasting = true;

    /** What is said of each state that waits. */
    const told = () => states.map((one) => (one.state === 'waiting' ? errorInEnglish(one.error) : '')).join(' ');

    function make(options: ModemOptions = {}, settings: Partial<ModemSettings> = {}, refuse = 0): void {
        clock = new FakeClock();
        sim = new SimulatedModem(options);
        line = new MemoryModemTransport(sim);
        line.refuse = refuse;
        states = [];
        again(settings);
    }
    function again(settings: Partial<ModemSettings> = {}): void {
        modem = new GsmModem({
            transport: line,
            clock,
            settings: { mode: 'auto', serviceCentre: '', pin: '', ...settings },
            pinMemory: new JournalPinMemory(
                () => [journal.current],
                'm',
                () => lasting,
            ),
            onState: (state) => states.push(state),
        });
        modem.open();
    }
    async function begin(options: ModemOptions = {}, settings: Partial<ModemSettings> = {}): Promise<void> {
        make(options, settings);
        await clock.advance(500);
    }
    const stateNow = (): string => modem.state.state;
    const sms = (text: string, to = '+491761234567') => {
        const [part] = planSms(text, 1).parts;
        return { to, part: part!, reference: 1 };
    };
    const closed = async () => {
        const closing = modem.close();
        await clock.advance(20_000);
        await closing;
        assert.equal(clock.pending, 0, 'no timer is left');
        assert.equal(line.openNow, 0, 'the port is free');
    };

    beforeEach(() => {
        journal.current = new MemoryJournal();
        lasting = true;
    });
    afterEach(closed);

    for (const echo of [true, false])
        for (const mode of ['pdu', 'text'] as const) {
            it(`sends in ${mode} mode, echo ${echo ? 'on' : 'off'}, with unsolicited lines in between`, async () => {
                make({ echo, pduMode: mode === 'pdu', csq: 18 });
                sim.faults.push({ kind: 'chatter', line: '+CMTI: "SM",3' }, { kind: 'chatter', line: '+CREG: 2' });
                await clock.advance(500);
                assert.deepEqual(modem.state, { state: 'ready', reading: { signalDbm: -77, registration: 'home' } });
                const sent = ['Größe @ 5 €', 'Ξ', 'Привет 😀', 'plain'].map((text) => modem.submit(sms(text), 60_000));
                await clock.advance(100);
                assert.deepEqual(await Promise.all(sent), [1, 2, 3, 4]);
                assert.deepEqual(
                    sim.sent.map(({ text, to, mode: by }) => [text, to, by]),
                    ['Größe @ 5 €', 'Ξ', 'Привет 😀', 'plain'].map((text) => [text, '+491761234567', mode]),
                );
            });
        }

    it('text mode: what GSM has only behind an escape does not make a message too long to be sent', async () => {
        await begin({ pduMode: false });
        const text = `${'Netz weg. '.repeat(12)}[A] Kosten 5 €`;
        const { parts } = planSms(text, 1);
        assert.equal(parts[0]!.alphabet, 'gsm7');
        const sent = modem.submit({ to: '+491', part: parts[0]!, reference: 1 }, 60_000);
        await clock.advance(100);
        await sent;
        assert.equal(sim.sent[0]!.text, `${'Netz weg. '.repeat(12)}(A) Kosten 5 E`);
    });

    it('text mode: no letter is taken for a backspace', async () => {
        await begin({ pduMode: false });
        const sent = modem.submit(sms('Però'), 60_000);
        await clock.advance(100);
        await sent;
        assert.equal(sim.sent[0]!.text, 'Però');
    });

    it('sends a long message as one, to several, and goes on with what an interruption left', async () => {
        await begin();
        const { parts } = planSms('Mains failed. '.repeat(20), 4);
        const served = new Set(['+491#1']);
        const sending = sendSms(modem, clock, {
            recipients: ['+491', '+492'],
            parts,
            reference: 255,
            retries: 0,
            patienceMs: 1000,
            served,
            onServed: (key) => served.add(key),
            signal: new AbortController().signal,
        });
        await clock.advance(100);
        const outcomes = await sending;
        assert.deepEqual(
            outcomes.map(({ ok, sent }) => [ok, sent]),
            [
                [true, 2],
                [true, 2],
            ],
        );
        assert.deepEqual(
            sim.sent.map(({ to, concatenated }) => [to, concatenated]),
            [
                ['+491', { reference: 255, total: 2, number: 2 }],
                ['+492', { reference: 0, total: 2, number: 1 }],
                ['+492', { reference: 0, total: 2, number: 2 }],
            ],
        );
        assert.deepEqual([...served].sort(), ['+491#1', '+491#2', '+492#1', '+492#2']);
    });

    it('tries again what fails for a while, says in words what does not, and tells the next one', async () => {
        await begin();
        const job = (recipients: string[]) =>
            sendSms(modem, clock, {
                recipients,
                parts: planSms('x', 1).parts,
                reference: 0,
                retries: 2,
                patienceMs: 1000,
                served: new Set(),
                onServed: () => {},
                signal: new AbortController().signal,
            });
        sim.faults.push({ kind: 'cms', code: 42, times: 1 });
        const first = job(['111']);
        await clock.advance(4000);
        assert.equal(sim.sent.length, 0);
        await clock.advance(2000);
        assert.deepEqual(
            (await first).map(({ ok, attempts }) => [ok, attempts]),
            [[true, 2]],
        );
        sim.faults.push({ kind: 'cms', code: 28, times: 1 });
        const second = job(['222', '333']);
        await clock.advance(1000);
        const outcomes = await second;
        assert.deepEqual(
            outcomes.map(({ ok, attempts }) => [ok, attempts]),
            [
                [false, 1],
                [true, 1],
            ],
        );
        assert.match(inEnglish(outcomes[0]!.error), /unknown to the network \(CMS 28\)/);
    });

    it('enters the PIN once; a wrong one never again, not even after a restart', async () => {
        await begin({ pin: '1234' }, { pin: '9999' });
        await clock.advance(3_600_000);
        assert.equal(sim.attempts, 2, 'one try');
        assert.equal(sim.commands.filter((command) => command === 'AT+CPIN="9999"').length, 1);
        const state = modem.state;
        assert.equal(state.state, 'waiting');
        const words = states.flatMap((one) => (one.state === 'waiting' ? [inEnglish(one.error.data.reason)] : []));
        assert.match(words[0]!, /PIN is wrong.*attempts left: 2/);
        assert.match(words[1]!, /tried before/);
        assert.ok(!JSON.stringify(states).includes('9999'), 'the PIN is nowhere told');
        await assert.rejects(modem.submit(sms('x'), 1000), { code: 'sim-locked' });

        await closed();
        again({ pin: '9999' });
        await clock.advance(1000);
        assert.equal(sim.attempts, 2, 'remembered by the journal');
        await closed();
        again({ pin: '1234' });
        await clock.advance(3000);
        assert.equal(stateNow(), 'ready', 'the right one is tried');
        await closed();
        sim.restart();
        again({ pin: '1234' });
        await clock.advance(3000);
        assert.equal(stateNow(), 'ready', 'and after a power cycle once more');
    });

    for (const tellsAttempts of [true, false])
        it(`restarts without a site do not lock the SIM that ${tellsAttempts ? 'tells' : 'does not tell'} its attempts`, async () => {
            lasting = false;
            await begin({ pin: '1234', tellsAttempts }, { pin: '9999' });
            for (let restart = 0; restart < 4; restart++) {
                await closed();
                journal.current = new MemoryJournal();
                again({ pin: '9999' });
                await clock.advance(3000);
            }
            assert.equal(sim.attempts, tellsAttempts ? 2 : 3);
            assert.match(told(), /site/);
        });

    it('without a site the right PIN is entered where the SIM tells that all attempts are left', async () => {
        lasting = false;
        await begin({ pin: '1234' }, { pin: '1234' });
        await clock.advance(3000);
        assert.equal(stateNow(), 'ready');
    });

    it('leaves the last attempt to a person', async () => {
        await begin({ pin: '1234', pinAttempts: 1 }, { pin: '1234' });
        assert.equal(sim.attempts, 1);
        assert.ok(!sim.commands.some((command) => command.startsWith('AT+CPIN=')));
        assert.match(told(), /last attempt/);
    });

    it('tells of a SIM that wants its PUK, or a PIN that nobody has entered', async () => {
        await begin({ pin: '1234', pinAttempts: 0 }, { pin: '1234' });
        assert.match(told(), /PUK/);
        await closed();
        await begin({ pin: '1234', tellsAttempts: false });
        assert.match(told(), /wants its PIN/);
    });

    it('waits for the network, and says so when it does not come', async () => {
        await begin({ registration: 2 });
        const late = modem.submit(sms('late'), 20_000);
        const never = assert.rejects(modem.submit(sms('never'), 2_000), (error) =>
            /not registered in a network \(searching\)/.test(errorInEnglish(error)),
        );
        await clock.advance(3_000);
        await never;
        sim.registration = 5;
        await clock.advance(6_000);
        assert.equal(await late, 1);
        assert.deepEqual(
            sim.sent.map(({ text }) => text),
            ['late'],
        );
    });

    it('opens a silent or lost line anew, with pauses that grow, and loses no message by it', async () => {
        make({}, {}, 2);
        const sending = modem.submit(sms('x'), 60_000);
        await clock.advance(900);
        assert.equal(line.opened, 1);
        await clock.advance(5_000);
        assert.equal(await sending, 1);
        assert.equal(line.opened, 3);
        line.pull();
        await clock.advance(500);
        assert.equal(stateNow(), 'waiting');
        await clock.advance(1_000);
        assert.equal(stateNow(), 'ready');
        sim.faults.push({ kind: 'silent' });
        await clock.advance(60_000);
        assert.notEqual(stateNow(), 'ready');
        sim.faults.length = 0;
        await clock.advance(40_000);
        assert.equal(stateNow(), 'ready');
    });

    it('an answer that is lost is no success, and the next message still goes', async () => {
        await begin();
        sim.faults.push({ kind: 'no-final' });
        const lost = assert.rejects(modem.submit(sms('lost'), 60_000), { code: 'device-silent' });
        await clock.advance(91_000);
        await lost;
        sim.faults.length = 0;
        const next = modem.submit(sms('next'), 60_000);
        await clock.advance(10_000);
        assert.equal(await next, 1);
    });

    it('sets the service centre where one is given', async () => {
        await begin({}, { serviceCentre: '+491722270333' });
        assert.ok(sim.commands.includes('AT+CSCA="+491722270333",145'));
    });

    it('what still waits when it is closed is interrupted', async () => {
        await begin({ registration: 0 });
        const waiting = assert.rejects(modem.submit(sms('x'), 60_000), { code: 'interrupted' });
        await closed();
        await waiting;
    });
});
