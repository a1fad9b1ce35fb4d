import type { Node } from 'node-red';
import type { GsmModem, ModemState } from '../../../lib/protocols/gsm/modem';

export interface ModemCredentials {
    pin?: string;
}

/** A running `ups-modem`. */
export interface UpsModemNode extends Node<ModemCredentials> {
    /**
     * Uses the modem: the first user opens it, the last one closes it. `listener` gets its state, at once and after each change.
     * @returns ends the use; idempotent; resolves when the port is free, if this was the last user
     */
    use(listener: (state: ModemState) => void): () => Promise<void>;
    /** Its settings as deployed. */
    config: object;
    /** The modem; undefined while nobody uses it. */
    running(): GsmModem | undefined;
    /** The modem. @throws UpsError config-missing, config-invalid, interrupted when nobody uses it */
    gateway(): GsmModem;
}

/** The signal for people: 0 to 100 % of the range of +CSQ. */
export function signalPercent(dbm: number): number {
    return Math.round(((dbm + 113) / 62) * 100);
}
