import type { Clock, TimerHandle } from '../../core/clock';
import { NutAnswer } from './answers';
import { COMMANDS, isOpen } from './commands';
import { RequestTooLong, RequestWords } from './request-words';
import type { NutAlias, NutServing } from './serving';
import type { Tracking } from './tracking';
import { mayDo, type NutAct, type NutUser } from './users';

/** A client that has not logged in is cut off after so long without a request. */
export const IDLE_MS = 30_000;
/** Of what is shown of a request, characters. */
const LONGEST_SHOWN = 80;

/** The process-wide server that a session belongs to. */
export interface SessionHost {
    readonly clock: Clock;
    readonly tracking: Tracking;
    /** What is served now; a deploy replaces it. */
    readonly serving: NutServing;
    /** Whether STARTTLS can be done. */
    readonly hasTls: boolean;
    /** The addresses of all that are logged in to a UPS of this name. */
    loggedIn(alias: string): string[];
    /** A client has logged in. */
    changed(): void;
    /** Counts a wrong log-in. @returns false: there were too many from this address */
    wrongLogin(address: string): boolean;
}

/** The connection of one client. */
export interface SessionWire {
    readonly address: string;
    send(text: string): void;
    /** Sends what was written, and then the end. */
    close(): void;
    /** Encrypts from here on. */
    startTls(): void;
}

/** One client, from its connection to its end: what it has said of itself, and its requests, answered in order. */
export class NutServerSession {
    /** Epoch ms. */
    readonly since: number;
    username?: string;
    password?: string;
    /** The UPS that the client has logged in to, as it wrote its name: a deploy may put another one behind it. */
    login?: string;
    tracks = false;
    encrypted = false;
    lastRequest = '';
    private readonly words = new RequestWords();
    private heardAt: number;
    private timer: TimerHandle;
    private ended = false;

    constructor(
        readonly host: SessionHost,
        readonly wire: SessionWire,
    ) {
        this.since = host.clock.now();
        this.heardAt = host.clock.monotonic();
        this.watch(IDLE_MS);
    }

    get address(): string {
        return this.wire.address;
    }

    /** Since its last request. */
    get silentMs(): number {
        return this.host.clock.monotonic() - this.heardAt;
    }

    /** Bytes of the client, in any split. */
    take(bytes: Uint8Array): void {
        if (this.ended) return;
        try {
            this.words.push(bytes, (words) => this.request(words));
        } catch (error) {
            if (!(error instanceof RequestTooLong)) throw error;
            this.close();
        }
    }

    /** The connection is gone. Idempotent. */
    end(): void {
        this.ended = true;
        this.host.clock.clearTimeout(this.timer);
    }

    close(): void {
        if (this.ended) return;
        this.end();
        this.wire.close();
    }

    /** @throws NutAnswer UNKNOWN-UPS */
    alias(name: string): NutAlias {
        const alias = this.host.serving.alias(name, this.address);
        if (!alias) throw new NutAnswer('UNKNOWN-UPS');
        return alias;
    }

    /** The variables of a UPS. @throws NutAnswer UNKNOWN-UPS, DATA-STALE, DRIVER-NOT-CONNECTED */
    variables(name: string): { alias: NutAlias; variables: ReadonlyMap<string, string> } {
        const alias = this.alias(name);
        const variables = alias.variables();
        if (!variables) throw new NutAnswer(alias.absence);
        return { alias, variables };
    }

    /**
     * The user, if it is one, and may do this for the UPS of this name.
     * @throws NutAnswer ACCESS-DENIED: a wrong log-in is counted, and ends the connection when there were too many
     */
    authorise(act: NutAct, alias: string, request: string): NutUser {
        const { serving } = this.host;
        const name = this.username ?? '';
        const user = serving.users.find(name, this.password ?? '');
        if (user && mayDo(user, act, alias)) return user;
        serving.denied(this.address, plain(name), request);
        if (!user && !this.host.wrongLogin(this.address)) this.refuseForGood();
        throw new NutAnswer('ACCESS-DENIED');
    }

    /** @throws NutAnswer USERNAME-REQUIRED, PASSWORD-REQUIRED */
    requireNames(): void {
        if (this.username === undefined) throw new NutAnswer('USERNAME-REQUIRED');
        if (this.password === undefined) throw new NutAnswer('PASSWORD-REQUIRED');
    }

    /** Whether this client could log in now as it did: its user, password and role are still there, and it is encrypted if it has to be. */
    mayStay(): boolean {
        const { serving } = this.host;
        if (serving.requireTls && !this.encrypted) return false;
        const user = serving.users.find(this.username ?? '', this.password ?? '');
        const alias = this.login === undefined ? undefined : serving.alias(this.login, this.address);
        // A name that is not served now may come back.
        return user !== undefined && (alias === undefined || mayDo(user, 'login', alias.name));
    }

    private refuseForGood(): void {
        this.wire.send('ERR ACCESS-DENIED\n');
        this.close();
    }

    /** @returns whether the client may go on with what it has sent already */
    private request(words: string[]): boolean {
        this.heardAt = this.host.clock.monotonic();
        this.lastRequest = shown(words);
        let answer: string;
        let startsTls = false;
        try {
            answer = this.answer(words);
            startsTls = answer === 'OK STARTTLS';
        } catch (error) {
            if (!(error instanceof NutAnswer)) throw error;
            answer = `ERR ${error.code}`;
        }
        if (this.ended) return false;
        this.wire.send(`${answer}\n`);
        if (answer === 'OK Goodbye') this.close();
        if (startsTls) {
            this.encrypted = true;
            this.wire.startTls();
        }
        // What came in the clear behind STARTTLS is dropped: somebody on the way may have put it there.
        return !this.ended && !startsTls;
    }

    private answer([verb = '', ...given]: string[]): string {
        const name = verb.toUpperCase();
        const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined;
        if (!command) throw new NutAnswer('UNKNOWN-COMMAND');
        const { requireTls, loginToRead } = this.host.serving;
        // The code is in RFC 9271; that a server answers so to requests other than STARTTLS is inferred.
        if (requireTls && !this.encrypted && !isOpen(name)) throw new NutAnswer('TLS-NOT-ENABLED');
        if (command.needsUser) this.requireNames();
        if (command.reads && loginToRead) this.requireReader(given[1] ?? '');
        return command.run(this, given);
    }

    private requireReader(name: string): void {
        this.requireNames();
        const alias = this.host.serving.alias(name, this.address)?.name;
        const user = this.host.serving.users.find(this.username!, this.password!);
        if (user && (alias === undefined || mayDo(user, 'read', alias))) return;
        this.authorise('read', alias ?? '', 'GET');
    }

    private watch(ms: number): void {
        this.timer = this.host.clock.setTimeout(() => {
            if (this.ended || this.login !== undefined) return;
            const left = IDLE_MS - (this.host.clock.monotonic() - this.heardAt);
            if (left > 0) this.watch(left);
            else this.close();
        }, ms);
    }
}

/** A request for people: without values and passwords. */
function shown([verb = '', ...given]: string[]): string {
    const name = verb.toUpperCase();
    // A slip of the pen in front of a password is no request, and shows none.
    if (!Object.hasOwn(COMMANDS, name)) return '?';
    const told = name === 'PASSWORD' ? [] : name === 'SET' ? given.slice(0, 3) : given;
    return plain([name, ...told].join(' '));
}

function plain(text: string): string {
    return text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '_').slice(0, LONGEST_SHOWN);
}
