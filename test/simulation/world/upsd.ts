import type { Told } from '../auditor/story';
import { toldOf, type Device, type Said } from './device';
import type { Conversation, FarEnd, StreamService } from './network';

const UPS = 'simulated';
export const NUT_USER = { user: 'simulation', password: 'p"w' };
const COMMANDS = ['load.on', 'shutdown.return', 'shutdown.stayoff', 'shutdown.stop', 'test.battery.start.quick'];
const SETTABLE = ['ups.delay.shutdown', 'ups.delay.start'];

/** An upsd as RFC 9271 describes it, of our own: shows one UPS, and shares no code with the client under test. */
export class Upsd {
    constructor(
        private readonly device: Device,
        private readonly told: (told: Told) => void,
    ) {}

    /** Settings of the `ups-nut` that reads it. */
    static settings(address: string, port: number): Record<string, unknown> {
        return { type: 'ups-nut', host: address, port, upsName: UPS, credentials: { ...NUT_USER } };
    }

    readonly service: StreamService = (conversation) => this.serve(conversation);

    private serve(conversation: Conversation): FarEnd {
        const session = { user: '', password: '' };
        let text = '';
        return {
            data: (bytes) => {
                text += bytes.toString('utf8');
                for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
                    const line = text.slice(0, end).trim();
                    text = text.slice(end + 1);
                    // upsd itself lives on another supply; that nobody answers is a matter of the network.
                    if (this.device.silent) continue;
                    this.reply(line, session, conversation);
                }
            },
            ended: () => conversation.end(),
        };
    }

    private reply(line: string, session: { user: string; password: string }, conversation: Conversation): void {
        const said = words(line);
        if (said[0] === 'LIST' && said[1] === 'VAR' && said[2] === UPS && !this.stale) {
            const now = this.device.say();
            const rows = Object.entries(this.variables(now)).map(([key, value]) => `VAR ${UPS} ${key} "${value}"`);
            const head = `LIST VAR ${UPS}`;
            const answer = [`BEGIN ${head}`, ...rows, `END ${head}`].join('\n');
            conversation.send(`${answer}\n`, () => this.told(toldOf(now)));
            return;
        }
        conversation.send(`${this.answer(said, session)}\n`);
        if (line === 'LOGOUT') conversation.end();
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
        return user === NUT_USER.user && password === NUT_USER.password;
    }

    /** The driver has its UPS; without it upsd answers that its data are stale. */
    private get stale(): boolean {
        return !this.device.answers;
    }

    private list(what: string, name: string | undefined): string {
        if (this.stale) return 'ERR DATA-STALE';
        const variables = this.variables(this.device.say());
        const rows: Record<string, string[]> = {
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
        const value = this.variables(this.device.say())[name];
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
        this.device.ups.delays[name === 'ups.delay.start' ? 'start' : 'shutdown'] = number;
        return 'OK';
    }

    private command(name: string): string {
        if (this.stale) return 'ERR DATA-STALE';
        const { ups } = this.device;
        switch (name) {
            case 'shutdown.stop':
                ups.abort();
                return 'OK';
            case 'load.on':
                ups.startAfter(0);
                return 'OK';
            case 'shutdown.return':
            case 'shutdown.stayoff':
                ups.autoRestart = name === 'shutdown.return';
                ups.order(ups.delays.shutdown);
                // A UPS that is told so with the mains there goes off and on again.
                if (ups.autoRestart) ups.startAfter(ups.delays.shutdown + ups.delays.start);
                return 'OK';
            case 'test.battery.start.quick':
                return 'OK';
            default:
                return 'ERR CMD-NOT-SUPPORTED';
        }
    }

    private variables(said: Said): Record<string, string> {
        const { ups } = this.device;
        const delays = {
            'ups.delay.shutdown': String(ups.delays.shutdown),
            'ups.delay.start': String(ups.delays.start),
        };
        if (!said.knows) return { 'ups.status': 'WAIT', ...delays };
        const flags = [
            said.source === 'off' ? 'OFF' : '',
            said.source === 'battery' || (said.source === 'off' && !ups.mains) ? 'OB' : 'OL',
            said.charging ? 'CHRG' : '',
            said.discharging ? 'DISCHRG' : '',
            said.low ? 'LB' : '',
            said.test ? 'TEST' : '',
        ];
        const { charge, runtime } = said;
        return {
            'battery.charge': String(charge ?? -1),
            'battery.charge.low': String(ups.traits.lowPercent),
            ...(runtime === undefined ? {} : { 'battery.runtime': String(runtime) }),
            'battery.voltage': (22 + ups.charge / 20).toFixed(1),
            'device.mfr': 'Simulated',
            'device.model': 'UPS',
            'input.voltage': said.input!.toFixed(1),
            'input.voltage.nominal': '230',
            'output.voltage': ups.output ? '230.0' : '0.0',
            ...delays,
            'ups.load': ups.output ? '40' : '0',
            'ups.status': flags.filter(Boolean).join(' '),
            'ups.test.result': said.test ? 'In progress' : 'No test initiated',
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
