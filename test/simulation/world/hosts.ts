import type { HostState } from '../auditor/story';
import type { Trace } from '../kernel/trace';
import type { Planned, VirtualTime } from '../kernel/virtual-time';
import type { FarEnd, Network } from './network';

export interface HostTraits {
    name: string;
    address: string;
    mac: string;
    /** Where its RCCMD client listens. */
    port: number;
    downSeconds: number;
    bootSeconds: number;
    /** It takes so long over each message before it closes the connection, ms. */
    answerMs: number;
    /** `rccmd`: one behind a manager that is always there, and wakes it when told so. */
    wokenBy: 'packet' | 'rccmd';
    /** Its manager shuts it down at a message to execute, too. */
    executeShutsDown?: boolean;
}

export const CHECK_PORT = 22;

/** A computer with an RCCMD client, and a port that shows whether it is up. */
export class Host {
    state: HostState = 'up';
    private powered = true;
    /** Its manager was told to wake it while it had no power. */
    private wanted = false;
    private planned: Planned | undefined;

    constructor(
        readonly traits: HostTraits,
        private readonly time: VirtualTime,
        private readonly network: Network,
        private readonly trace: Trace,
    ) {
        this.serve();
    }

    /** Its supply goes or comes. It stays off when the supply is back, as most do that were shut down. */
    power(on: boolean): void {
        if (this.powered === on) return;
        this.powered = on;
        if (!on && this.state !== 'down') this.enter('crashed');
        if (on && this.wanted) this.wakeUp();
    }

    packet(): void {
        this.trace.note({ t: this.time.elapsed, what: 'packet', host: this.traits.name, state: this.state });
        // A network card listens for it only once the machine is off.
        if (this.powered && (this.state === 'down' || this.state === 'crashed')) this.boot();
    }

    private serve(): void {
        const { address, port, wokenBy } = this.traits;
        const runs = this.state === 'up' || this.state === 'going down';
        this.network.serveStreams(
            address,
            CHECK_PORT,
            runs ? (conversation) => ({ ended: () => conversation.end() }) : undefined,
        );
        const listens = runs || wokenBy === 'rccmd';
        this.network.serveStreams(
            address,
            port,
            listens
                ? (conversation) => {
                      const heard: FarEnd & { text: string } = { text: '' };
                      heard.data = (bytes) => {
                          const first = heard.text === '';
                          heard.text += bytes.toString('utf8');
                          if (!first) return;
                          const verb = /\(SEND\)\s+MSG_(\w+)/.exec(heard.text)?.[1] ?? '?';
                          const contact = this.take(verb);
                          conversation.onConfirmed = () => this.confirm(contact);
                          this.time.after(this.traits.answerMs, () => conversation.end());
                      };
                      return heard;
                  }
                : undefined,
        );
    }

    private confirm(contact: number): void {
        this.trace.note({ t: this.time.elapsed, what: 'confirmed', host: this.traits.name, contact });
    }

    /** A message that has come. @returns the number of this contact */
    private take(verb: string): number {
        const { name, wokenBy, executeShutsDown } = this.traits;
        const contact = this.trace.happenings.length;
        this.trace.note({ t: this.time.elapsed, what: 'bytes', host: name, verb, state: this.state, contact });
        if (verb === 'SHUTDOWN' || (verb === 'EXECUTE' && executeShutsDown)) this.goDown();
        if (verb === 'WAKEUP' && wokenBy === 'rccmd') this.wakeUp();
        return contact;
    }

    private goDown(): void {
        if (this.state !== 'up') return;
        this.enter('going down');
        this.planned = this.time.after(this.traits.downSeconds * 1000, () => this.enter('down'));
    }

    /** Takes back a shutdown that has not begun to hurt, or starts what is off. */
    private wakeUp(): void {
        if (this.state === 'going down') this.enter('up');
        else if (this.state === 'down' || this.state === 'crashed') {
            this.wanted = !this.powered;
            if (this.powered) this.boot();
        }
    }

    private boot(): void {
        this.enter('booting');
        this.planned = this.time.after(this.traits.bootSeconds * 1000, () => this.enter('up'));
    }

    private enter(state: HostState): void {
        this.time.cancel(this.planned);
        this.state = state;
        this.trace.note({ t: this.time.elapsed, what: 'host', host: this.traits.name, state });
        this.serve();
    }
}

/** The card that a magic packet is for; undefined if it is none. */
export function macOf(bytes: Buffer): string | undefined {
    const start = bytes.indexOf(Buffer.alloc(6, 0xff));
    if (start < 0 || bytes.length < start + 102) return undefined;
    const mac = bytes.subarray(start + 6, start + 12);
    for (let copy = 1; copy < 16; copy++) {
        if (!bytes.subarray(start + 6 + copy * 6, start + 12 + copy * 6).equals(mac)) return undefined;
    }
    return [...mac].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
