import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { GsmModem } from '../../../../lib/protocols/gsm/modem';
import { planSms } from '../../../../lib/core/sms/parts';
import { JournalPinMemory } from '../../../../lib/protocols/gsm/pin-memory';
import type { ModemHandlers, ModemTransport } from '../../../../lib/protocols/gsm/transport';
import { SimulatedModem } from '../../../../simulators/gsm-modem/modem';
import { FakeClock } from '../../../support/fake-clock';

/** A modem that tells only after a while what became of a text. */
class SlowNetwork implements ModemTransport {
    readonly name = 'modem';

    constructor(
        private readonly modem: SimulatedModem,
        private readonly clock: FakeClock,
        private readonly networkMs: number,
    ) {}

    open(handlers: ModemHandlers) {
        let over = false;
        const hear = (text: string) => void (over || handlers.data(Buffer.from(text, 'latin1')));
        this.modem.on('data', (text) => {
            // The result code of the text, and what comes behind it.
            if (!this.modem.sent.length) hear(text);
            else if (this.networkMs < Infinity) this.clock.setTimeout(() => hear(text), this.networkMs);
        });
        return {
            opened: Promise.resolve(),
            write: (text: string) => queueMicrotask(() => void (over || this.modem.take(Buffer.from(text, 'latin1')))),
            close: async () => void (over = true),
        };
    }
}

describe('GSM modem that is closed while it sends', () => {
    async function sending(networkMs: number) {
        const clock = new FakeClock();
        const sim = new SimulatedModem();
        const modem = new GsmModem({
            transport: new SlowNetwork(sim, clock, networkMs),
            clock,
            settings: { mode: 'pdu', serviceCentre: '', pin: '' },
            pinMemory: new JournalPinMemory(
                () => [new MemoryJournal()],
                'm',
                () => true,
            ),
            onState: () => {},
        });
        modem.open();
        await clock.advance(1000);
        const [part] = planSms('mains failed', 1).parts;
        const sent = modem.submit({ to: '+491', part: part!, reference: 1 }, 60_000);
        const behind = modem.submit({ to: '+492', part: part!, reference: 1 }, 60_000);
        sent.catch(() => undefined);
        behind.catch(() => undefined);
        await clock.advance(100);
        assert.equal(sim.sent.length, 1);
        return { clock, sim, modem, sent, behind };
    }

    it('hears what became of the SMS on its way, so that nobody sends it again', async () => {
        const { clock, sim, modem, sent, behind } = await sending(3000);
        let closed = false;
        const closing = modem.close().then(() => (closed = true));
        await clock.advance(4000);
        assert.equal(await sent, 1);
        await assert.rejects(behind, { code: 'interrupted' });
        await closing;
        assert.ok(closed);
        assert.equal(sim.sent.length, 1);
        assert.equal(clock.pending, 0);
    });

    it('does not wait for it for longer than a deploy allows', async () => {
        const { clock, modem, sent } = await sending(Infinity);
        const began = clock.monotonic();
        let closedAt = 0;
        void modem.close().then(() => (closedAt = clock.monotonic()));
        await clock.advance(3000);
        assert.equal(closedAt, 0);
        await clock.advance(10_000);
        await assert.rejects(sent, { code: 'interrupted' });
        assert.ok(closedAt - began <= 10_000);
        assert.equal(clock.pending, 0);
    });
});
