import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { GsmModem } from '../../../../lib/protocols/gsm/modem';
import { JournalPinMemory } from '../../../../lib/protocols/gsm/pin-memory';
import type { ModemHandlers, ModemTransport } from '../../../../lib/protocols/gsm/transport';
import { SimulatedModem } from '../../../../simulators/gsm-modem/modem';
import { FakeClock } from '../../../support/fake-clock';

const LATENCY_MS = 10;

/** A modem that sleeps at first: what comes meanwhile is kept, and answered one after the other when it wakes. */
class DrowsyTransport implements ModemTransport {
    readonly name = 'modem';
    private readonly kept: string[] = [];
    private busy = false;

    constructor(
        private readonly modem: SimulatedModem,
        private readonly clock: FakeClock,
        private readonly wakesAt: number,
    ) {}

    open(handlers: ModemHandlers) {
        this.modem.on('data', (text) => handlers.data(Buffer.from(text, 'latin1')));
        return {
            opened: Promise.resolve(),
            write: (text: string) => {
                this.kept.push(text);
                this.work();
            },
            close: async () => {},
        };
    }

    private work(): void {
        if (this.busy || !this.kept.length) return;
        this.busy = true;
        const asleep = Math.max(0, this.wakesAt - this.clock.monotonic());
        this.clock.setTimeout(() => {
            this.busy = false;
            this.modem.take(Buffer.from(this.kept.shift()!, 'latin1'));
            this.work();
        }, asleep + LATENCY_MS);
    }
}

describe('GSM modem that wakes late', () => {
    for (const seconds of [0, 1, 2.5, 3, 4.5])
        it(`after ${seconds} s: late answers to the first AT are not taken for those of what follows`, async () => {
            const clock = new FakeClock();
            const states: string[] = [];
            const modem = new GsmModem({
                transport: new DrowsyTransport(new SimulatedModem({ csq: 18 }), clock, seconds * 1000),
                clock,
                settings: { mode: 'auto', serviceCentre: '', pin: '' },
                pinMemory: new JournalPinMemory(
                    () => [new MemoryJournal()],
                    'm',
                    () => true,
                ),
                onState: ({ state }) => states.push(state),
            });
            modem.open();
            await clock.advance(10_000);
            assert.deepEqual(modem.state, { state: 'ready', reading: { signalDbm: -77, registration: 'home' } });
            assert.deepEqual(states, ['connecting', 'ready']);
            const closing = modem.close();
            await clock.advance(2000);
            await closing;
            assert.equal(clock.pending, 0);
        });

    it('one that still waits for a text, since we were killed while it asked for it, is taken out of that first', async () => {
        const clock = new FakeClock();
        const sim = new SimulatedModem({ csq: 18 });
        sim.take(Buffer.from('AT+CMGS=20\r'));
        const modem = new GsmModem({
            transport: new DrowsyTransport(sim, clock, 0),
            clock,
            settings: { mode: 'auto', serviceCentre: '', pin: '' },
            pinMemory: new JournalPinMemory(
                () => [new MemoryJournal()],
                'm',
                () => true,
            ),
            onState: () => {},
        });
        modem.open();
        await clock.advance(10_000);
        assert.equal(modem.state.state, 'ready');
        const closing = modem.close();
        await clock.advance(2000);
        await closing;
    });
});
