import type { ModemHandlers, ModemTransport } from '../../lib/protocols/gsm/transport';
import type { SimulatedModem } from '../../simulators/gsm-modem/modem';

/** A simulated modem without a wire in between; bytes come one by one, as the worst of lines bring them. */
export class MemoryModemTransport implements ModemTransport {
    readonly name = 'modem';
    opened = 0;
    openNow = 0;
    /** Refuses to open so often. */
    refuse = 0;
    private handlers: ModemHandlers | undefined;

    constructor(readonly modem: SimulatedModem) {
        modem.on('data', (text) => {
            for (const char of text) this.handlers?.data(Buffer.from(char, 'latin1'));
        });
    }

    open(handlers: ModemHandlers) {
        this.opened += 1;
        const refused = this.refuse-- > 0;
        const opened = refused ? Promise.reject(new Error('no such port')) : Promise.resolve();
        opened.catch(() => undefined);
        this.openNow += 1;
        this.handlers = handlers;
        let over = false;
        return {
            opened,
            // As a line does: the answer comes after the call has returned.
            write: (text: string) =>
                queueMicrotask(() => {
                    if (!over) this.modem.take(Buffer.from(text, 'latin1'));
                }),
            close: async () => {
                if (over) return;
                over = true;
                this.openNow -= 1;
                if (this.handlers === handlers) this.handlers = undefined;
            },
        };
    }

    /** The cable is pulled. */
    pull(): void {
        this.handlers?.closed(new Error('unplugged'));
    }
}
