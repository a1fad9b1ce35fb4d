import type { Node } from 'node-red';
import type { GsmModem, ModemState } from '../../../lib/protocols/gsm/modem';

export interface ModemCredentials {
    pin?: string;
}

/** A running `ups-modem`. */
export interface UpsModemNode extends Node<ModemCredentials> {
    /**
     * Uses the modem: the first user opens it, the last one closes it. `listener` is told how it stands, at once and whenever that changes.
     * @returns lets go of it; idempotent, settles when the port is free if this was the last user
     */
    use(listener: (state: ModemState) => void): () => Promise<void>;
    /** As deployed. */
    config: object;
    /** The modem while somebody uses it. */
    running(): GsmModem | undefined;
    /** @throws UpsError config-missing, config-invalid, interrupted when nobody uses it */
    gateway(): GsmModem;
}

/** Bars for people: 0 to 100 %, of the range that +CSQ can tell. */
export function signalPercent(dbm: number): number {
    return Math.round(((dbm + 113) / 62) * 100);
}
