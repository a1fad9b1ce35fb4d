import type { ContactInput } from './contact-input';

export const MODEM_LINES = ['CTS', 'DCD', 'DSR'] as const;
export type ModemLine = (typeof MODEM_LINES)[number];

/** The access to a serial port that contacts need. */
export interface SerialLines {
    /**
     * Opens the port first if necessary.
     * @returns which lines are asserted
     * @throws UpsError device-silent if the port cannot be opened, device-refused if it has no modem signals
     */
    get(): Promise<Record<ModemLine, boolean>>;
    /** Idempotent, never throws. */
    close(): Promise<void>;
}

/** Contacts at the modem signals of a serial port; an `input` is a line. An asserted line means a closed contact. */
export class SerialInput implements ContactInput {
    constructor(
        readonly name: string,
        private readonly lines: SerialLines,
    ) {}

    async read(): Promise<ReadonlyMap<string, boolean>> {
        return new Map(Object.entries(await this.lines.get()));
    }

    close(): Promise<void> {
        return this.lines.close();
    }
}
