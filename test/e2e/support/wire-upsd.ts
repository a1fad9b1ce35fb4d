import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { PlayedUps } from './played-ups';

const UPS = 'played';
const USER = { name: 'scene', password: 'p"w' };
const COMMANDS = ['load.on', 'shutdown.return', 'shutdown.stayoff', 'shutdown.stop', 'test.battery.start.quick'];
const SETTABLE = ['ups.delay.shutdown', 'ups.delay.start'];

/** An upsd of our own, as RFC 9271 describes it: shows one played UPS, and shares no code with the client under test. */
export class WireUpsd {
    private readonly server: Server;
    private readonly sockets = new Set<Socket>();

    constructor(private readonly ups: PlayedUps) {
        this.server = createServer((socket) => this.serve(socket));
    }

    /** @returns the settings of an `ups-nut` */
    async start(): Promise<Record<string, unknown> & { type: string }> {
        await new Promise<void>((done) => this.server.listen(0, '127.0.0.1', done));
        const { port } = this.server.address() as AddressInfo;
        return {
            type: 'ups-nut',
            host: '127.0.0.1',
            port,
            upsName: UPS,
            tls: '',
            credentials: { user: USER.name, password: USER.password },
        };
    }

    async stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await new Promise((done) => this.server.close(done));
    }

    private serve(socket: Socket): void {
        this.sockets.add(socket);
        const session = { user: '', password: '' };
        let text = '';
        socket.setEncoding('utf8');
        socket.on('error', () => socket.destroy());
        socket.on('close', () => this.sockets.delete(socket));
        socket.on('data', (chunk: string) => {
            text += chunk;
            for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
                const line = text.slice(0, end).trim();
                text = text.slice(end + 1);
                // upsd itself lives on another supply; that nobody answers is a matter of the network.
                if (this.ups.silent) continue;
                socket.write(`${this.answer(words(line), session)}\n`);
                if (line === 'LOGOUT') socket.end();
            }
        });
    }

    private answer(said: string[], session: { user: string; password: string }): string {
        const [verb, what, ups, ...rest] = said;
        switch (verb) {
            case 'USERNAME':
                session.user = what ?? '';
                return 'OK';
            case 'PASSWORD':
                session.password = what ?? '';
                return 'OK';
            case 'LOGOUT':
                return 'OK Goodbye';
            case 'LOGIN':
                return what !== UPS ? 'ERR UNKNOWN-UPS' : this.may(session) ? 'OK' : 'ERR ACCESS-DENIED';
            case 'LIST':
                return ups === UPS ? this.list(what ?? '', rest[0]) : 'ERR UNKNOWN-UPS';
            case 'GET':
                return ups === UPS ? this.get(what ?? '', rest[0] ?? '') : 'ERR UNKNOWN-UPS';
            case 'SET':
                if (what !== 'VAR') return 'ERR FEATURE-NOT-CONFIGURED';
                return this.may(session) ? this.set(rest[0] ?? '', rest[1] ?? '') : 'ERR ACCESS-DENIED';
            case 'INSTCMD':
                return this.may(session) ? this.command(ups ?? '') : 'ERR ACCESS-DENIED';
            default:
                return 'ERR UNKNOWN-COMMAND';
        }
    }

    private may({ user, password }: { user: string; password: string }): boolean {
        return user === USER.name && password === USER.password;
    }

    /** The driver has its UPS; without it upsd answers that its data are stale. */
    private get stale(): boolean {
        return !this.ups.answers || (!this.ups.output && !this.ups.mains);
    }

    private list(what: string, name: string | undefined): string {
        if (this.stale) return 'ERR DATA-STALE';
        const variables = this.variables();
        const rows: Record<string, string[]> = {
            VAR: Object.entries(variables).map(([key, value]) => `VAR ${UPS} ${key} "${value}"`),
            RW: SETTABLE.map((key) => `RW ${UPS} ${key} "${variables[key]}"`),
            CMD: COMMANDS.map((key) => `CMD ${UPS} ${key}`),
            ENUM: [],
            RANGE: [],
        };
        if (!(what in rows)) return 'ERR INVALID-ARGUMENT';
        const head = `LIST ${[what, UPS, ...(name === undefined ? [] : [name])].join(' ')}`;
        return [`BEGIN ${head}`, ...rows[what]!, `END ${head}`].join('\n');
    }

    private get(what: string, name: string): string {
        if (this.stale) return 'ERR DATA-STALE';
        const value = this.variables()[name];
        if (value === undefined) return 'ERR VAR-NOT-SUPPORTED';
        if (what === 'VAR') return `VAR ${UPS} ${name} "${value}"`;
        if (what !== 'TYPE') return 'ERR INVALID-ARGUMENT';
        return `TYPE ${UPS} ${name} ${SETTABLE.includes(name) ? 'RW NUMBER STRING:10' : 'NUMBER'}`;
    }

    private set(name: string, value: string): string {
        if (this.stale) return 'ERR DATA-STALE';
        if (!SETTABLE.includes(name)) return 'ERR READONLY';
        const number = Number(value);
        if (!Number.isInteger(number) || number < 0) return 'ERR INVALID-VALUE';
        this.ups.delays[name === 'ups.delay.start' ? 'start' : 'shutdown'] = number;
        return 'OK';
    }

    private command(name: string): string {
        if (this.stale) return 'ERR DATA-STALE';
        if (!COMMANDS.includes(name)) return 'ERR CMD-NOT-SUPPORTED';
        if (name === 'shutdown.stop') {
            this.ups.abort();
            this.ups.startIn = -1;
        }
        if (name === 'load.on') this.ups.startIn = 0;
        if (name === 'shutdown.return' || name === 'shutdown.stayoff') {
            this.ups.autoRestart = name === 'shutdown.return';
            // A UPS that is told so with the mains there goes off and on again.
            if (this.ups.autoRestart) this.ups.startIn = this.ups.delays.shutdown + this.ups.delays.start;
            this.ups.order(this.ups.delays.shutdown);
        }
        return 'OK';
    }

    private variables(): Record<string, string> {
        const { ups } = this;
        if (!ups.knows) return { 'ups.status': 'WAIT', 'ups.delay.shutdown': '20', 'ups.delay.start': '5' };
        const charging = ups.mains && ups.charge < 100;
        const flags = [
            ups.output ? '' : 'OFF',
            ups.mains ? 'OL' : 'OB',
            charging ? 'CHRG' : '',
            ups.onBattery ? 'DISCHRG' : '',
            ups.low ? 'LB' : '',
        ];
        return {
            'battery.charge': String(Math.round(ups.charge)),
            'battery.charge.low': String(ups.options.lowPercent),
            'battery.runtime': String(Math.round(ups.runtime)),
            'battery.voltage': (22 + (ups.charge / 100) * 5).toFixed(1),
            'device.mfr': 'Own',
            'device.model': 'Played UPS',
            'input.voltage': ups.mains ? '231.0' : '0.0',
            'input.voltage.nominal': '230',
            'output.voltage': ups.output ? '230.0' : '0.0',
            'ups.delay.shutdown': String(ups.delays.shutdown),
            'ups.delay.start': String(ups.delays.start),
            'ups.load': ups.output ? '40' : '0',
            'ups.status': flags.filter(Boolean).join(' '),
            'ups.timer.shutdown': String(Math.ceil(ups.shutdownIn)),
            'ups.timer.start': String(Math.ceil(ups.startIn)),
        };
    }
}

/** Words of a line; quotes hold blanks together, a backslash takes the next character as it is. */
function words(line: string): string[] {
    return [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(([, quoted, plain]) =>
        quoted === undefined ? plain! : quoted.replace(/\\(.)/g, '$1'),
    );
}
