import type { CardSettings } from '../../../lib/core/batteries/model';

/** An `ups-bacs`. */
export interface CardSettingsReader {
    /** Limits and names as its card tells them now; absent: it reads by Modbus alone, which tells none. @throws UpsError */
    readCardSettings?(): Promise<CardSettings>;
}
