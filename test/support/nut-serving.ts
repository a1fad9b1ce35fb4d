import type { UpsCommand } from '../../lib/core/driver';
import type {
    NutAlias,
    NutServing,
    NutWrite,
    NutWriter,
    WritableVariable,
} from '../../lib/protocols/nut-server/serving';
import { NutServerSession, type SessionHost } from '../../lib/protocols/nut-server/session';
import { Tracking } from '../../lib/protocols/nut-server/tracking';
import { NutUsers, type NutUser } from '../../lib/protocols/nut-server/users';
import { commandOf } from '../../lib/protocols/nut/instant-commands';
import { FakeClock } from './fake-clock';

/** A served UPS as a test sets it. */
export class FakeAlias implements NutAlias {
    listed = true;
    absence: NutAlias['absence'] = 'DATA-STALE';
    known: Map<string, string> | undefined;
    readonly forcedBy: NutWriter[] = [];
    readonly writes: [NutWrite, NutWriter][] = [];
    written: Promise<void> = Promise.resolve();
    canWrite: Record<string, WritableVariable> = {};
    canDo: string[] = [];

    constructor(
        readonly name: string,
        readonly description: string,
        variables?: Record<string, string>,
    ) {
        this.known = variables && new Map(Object.entries(variables));
    }

    variables = () => this.known;
    writable = () => new Map(Object.entries(this.canWrite));
    commands = () => this.canDo;
    command = (name: string, seconds: number | undefined): UpsCommand | undefined => commandOf(name, seconds);
    write = (write: NutWrite, writer: NutWriter) => {
        this.writes.push([write, writer]);
        return this.written;
    };
    force = (writer: NutWriter) => void this.forcedBy.push(writer);
}

export const user = (name: string, password: string, role: NutUser['role'], over: Partial<NutUser> = {}): NutUser => ({
    name,
    password,
    role,
    names: [],
    commands: ['*'],
    variables: ['*'],
    ...over,
});

/** As upsd was set up when its answers were recorded. */
export class FakeServing implements NutServing {
    version = 'Ridethrough 1.0.0';
    mostClients = 1000;
    requireTls = false;
    loginToRead = false;
    allowed = (_address: string) => true;
    readonly model = new FakeAlias('model', 'A model', {
        'battery.charge': '87',
        'ups.delay.shutdown': '20',
        'ups.status': 'OL',
    });
    readonly gone = new FakeAlias('gone', '');
    readonly hidden = new FakeAlias('hidden', 'Not listed', { 'ups.status': 'OL' });
    aliases = [this.model, this.gone, this.hidden];
    users = new NutUsers([
        user('admin', 'se cret', 'operator'),
        user('guest', 'guest', 'secondary'),
        user('boss', 'boss', 'primary'),
        user('eye', 'eye', 'read'),
    ]);
    readonly denials: [address: string, user: string, request: string][] = [];
    readonly refusals: [address: string, reason: string][] = [];

    constructor() {
        this.gone.absence = 'DRIVER-NOT-CONNECTED';
        this.hidden.listed = false;
        this.model.canWrite = { 'ups.delay.shutdown': { isNumber: true, min: 0, max: 600 } };
        this.model.canDo = ['load.off', 'test.battery.start'];
    }

    allows = (address: string) => this.allowed(address);
    refused = (address: string, reason: string) => void this.refusals.push([address, reason]);
    alias(name: string, _address: string): NutAlias | undefined {
        return this.aliases.find((each) => each.name === name.toLowerCase());
    }
    listed = (_address: string) =>
        this.aliases.filter(({ listed }) => listed).map((alias): [string, NutAlias] => [alias.name, alias]);
    denied = (address: string, name: string, request: string) => void this.denials.push([address, name, request]);
}

/** Sessions without sockets. */
export class MemoryNutServer implements SessionHost {
    readonly clock = new FakeClock();
    readonly tracking = new Tracking(this.clock);
    hasTls = false;
    wrong = 0;
    readonly sessions: NutServerSession[] = [];

    constructor(readonly serving: FakeServing = new FakeServing()) {}

    loggedIn = (alias: string) => this.sessions.filter(({ login }) => login === alias).map(({ address }) => address);
    changed = () => undefined;
    wrongLogin = () => ++this.wrong <= 10;

    connect(address = '192.0.2.7'): MemoryNutClient {
        const client = new MemoryNutClient(this, address);
        this.sessions.push(client.session);
        return client;
    }
}

export class MemoryNutClient {
    closed = false;
    tls = false;
    sent = '';
    readonly session: NutServerSession;

    constructor(host: SessionHost, address: string) {
        this.session = new NutServerSession(host, {
            address,
            send: (text) => void (this.sent += text),
            close: () => void (this.closed = true),
            startTls: () => void (this.tls = true),
        });
    }

    /** What comes back, its lines joined by `|`. */
    ask(line: string): string {
        this.sent = '';
        this.session.take(Buffer.from(`${line}\n`));
        return this.sent.replace(/\n$/, '').replaceAll('\n', '|') + (this.closed ? '<closed>' : '');
    }
}
