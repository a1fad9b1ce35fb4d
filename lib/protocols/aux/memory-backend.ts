import type { AuxBackend } from './backend';

/**
 * Contacts in memory. `simulated`: relays that follow every order. `message`: relays behind other nodes, whose state is known
 * only after a report.
 */
export class MemoryBackend implements AuxBackend {
    private readonly contacts: (boolean | undefined)[];
    private changed: (() => void) | undefined;

    constructor(
        ports: number,
        private readonly kind: 'simulated' | 'message',
        /** Called for each relay that is switched. */
        private readonly switched: (port: number, closed: boolean) => void = () => {},
    ) {
        this.contacts = Array.from({ length: ports }, () => (kind === 'simulated' ? false : undefined));
    }

    get readsBack(): boolean {
        return this.kind === 'simulated';
    }

    read(): Promise<(boolean | undefined)[]> {
        return Promise.resolve([...this.contacts]);
    }

    write(port: number, closed: boolean): Promise<void> {
        this.contacts[port] = closed;
        this.switched(port, closed);
        return Promise.resolve();
    }

    /** Sets the reported state of a contact. */
    report(port: number, closed: boolean): void {
        this.contacts[port] = closed;
        this.changed?.();
    }

    onChange(listener: () => void): void {
        this.changed = listener;
    }

    close(): Promise<void> {
        this.changed = undefined;
        return Promise.resolve();
    }
}
