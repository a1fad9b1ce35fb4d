import assert from 'node:assert/strict';
import { FrameReader, type DeltaFrame } from '../../lib/protocols/delta/frame';
import { decodeAnswer, type PollName } from '../../lib/protocols/delta/polls';
import { SimulatedUps, type SimulatedUpsOptions } from '../../lib/simulation/simulated-ups';
import { DeltaUps } from '../../simulators/delta-ups/delta-ups';
import { FakeClock } from '../support/fake-clock';

describe('the simulated UPS of protocol 1.44', () => {
    let clock: FakeClock;
    let ups: SimulatedUps;
    let device: DeltaUps;

    beforeEach(() => {
        clock = new FakeClock();
        make();
    });
    afterEach(() => {
        device.destroy();
        ups.destroy();
    });

    function make(options: SimulatedUpsOptions = {}): void {
        ups = new SimulatedUps(clock, { holdMinutes: 60, loadVA: 500, ...options });
        device = new DeltaUps({ ups, clock });
    }

    function ask(type: 'P' | 'S', data: string): DeltaFrame {
        const reader = new FrameReader();
        reader.push(device.receive({ id: 0, type, data })!);
        return reader.flush()!;
    }
    const poll = (name: PollName) => decodeAnswer(name, ask('P', name).data);
    const set = (data: string) => ask('S', data).type === 'A';
    const source = () => ups.reading().output?.source;

    it('goes by the mode in which SDA was received: on mains it stays off, whatever comes later', async () => {
        assert.ok(set('ARB1') && set('SDA30'));
        await clock.advance(10_000);
        ups.setMains(false);
        await clock.advance(60_000);
        assert.equal(source(), 'none');
        ups.setMains(true);
        await clock.advance(60_000);
        assert.equal(source(), 'none');
    });

    it('comes back with the mains when SDA was received in the outage and ARB allows it', async () => {
        for (const [arb, back] of [
            ['ARB1', 'normal'],
            ['ARB2', 'none'],
        ] as const) {
            make();
            ups.setMains(false);
            assert.ok(set(arb) && set('SDA30'));
            await clock.advance(40_000);
            assert.equal(source(), 'none');
            ups.setMains(true);
            await clock.advance(1000);
            assert.equal(source(), back);
        }
    });

    it('waits the boot delay once the mains are back, anew when they fail again', async () => {
        assert.ok(set('UBD60'));
        ups.setMains(false);
        set('SDA1');
        await clock.advance(5000);
        ups.setMains(true);
        await clock.advance(50_000);
        ups.setMains(false);
        await clock.advance(1000);
        ups.setMains(true);
        await clock.advance(59_000);
        assert.equal(source(), 'none');
        await clock.advance(2000);
        assert.equal(source(), 'normal');
    });

    it('rates more than 9998 VA', () => {
        make({ ratedVA: 20_000 });
        assert.equal(poll('RAT').va, 20_000);
    });

    it('fails a test of its own length below its voltage, and passes it above', async () => {
        for (const [volts, result] of [
            [999, 3],
            [48, 3],
            [10, 1],
        ] as const) {
            make();
            assert.ok(set(`BTV30;${volts}`) && set('TST2'));
            await clock.advance(31 * 60_000);
            assert.equal(poll('TSR').result === 1 ? 1 : 3, result, `${volts} V`);
        }
    });

    it('gives the output voltage that it is set to, of those that it offers', () => {
        assert.equal(poll('STO').voltage1, 230);
        assert.ok(set('SOV240'));
        assert.equal(poll('STO').voltage1, 240);
        assert.equal(set('SOV235'), false);
    });

    it('takes no transfer points outside the bounds that its RAT tells', () => {
        const { lowTransferMin, lowTransferMax, highTransferMax } = poll('RAT');
        assert.deepEqual([lowTransferMin, lowTransferMax, highTransferMax], [161, 219, 288]);
        for (const data of ['TXV160;265', 'TXV220;265', 'TXV196;300', 'TXF400;520', 'TXF480;600'])
            assert.equal(set(data), false, data);
        assert.ok(set('TXV200;260') && set('TXF470;530'));
        assert.deepEqual(poll('TXV'), { low: 200, high: 260 });
    });

    it('sounds while there is an alarm, or when it was told to', () => {
        assert.equal(poll('STA').buzzer, 0);
        ups.setMains(false);
        assert.equal(poll('STA').buzzer, 1);
        set('BUZ2');
        assert.equal(poll('STA').buzzer, 0);
        ups.setMains(true);
        set('BUZ1');
        assert.equal(poll('STA').buzzer, 1);
    });
});
