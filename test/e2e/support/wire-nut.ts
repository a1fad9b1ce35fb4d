/** What an upsd of ours shows, and what may be ordered of it. */
export interface ShownByUpsd {
    /** The name of its UPS. */
    readonly ups: string;
    readonly user: { name: string; password: string };
    /** Its driver has lost its UPS: upsd answers that its data are stale. */
    readonly stale: boolean;
    variables(): Record<string, string>;
    setDelay(which: 'shutdown' | 'start', seconds: number): void;
    command(name: NutCommand): void;
}

const COMMANDS = [
    'load.on',
    'shutdown.return',
    'shutdown.stayoff',
    'shutdown.stop',
    'test.battery.start.quick',
] as const;
export type NutCommand = (typeof COMMANDS)[number];
const DELAYS: ReadonlyMap<string, 'shutdown' | 'start'> = new Map([
    ['ups.delay.shutdown', 'shutdown'],
    ['ups.delay.start', 'start'],
]);

/** One connection to an upsd as RFC 9271 describes it, of our own: it shares no code with the client under test. */
export class UpsdConversation {
    private text = '';
    private user = '';
    private password = '';

    constructor(private readonly shown: ShownByUpsd) {}

    /** The requests that `bytes` complete. */
    requests(bytes: string): string[] {
        const lines = (this.text + bytes).split('\n');
        this.text = lines.pop()!;
        return lines.map((line) => line.trim());
    }

    /** What answers a request, without its last line feed. */
    answer(request: string): string {
        const [verb, what, ups, ...rest] = words(request);
        switch (verb) {
            case 'USERNAME':
                this.user = what ?? '';
                return 'OK';
            case 'PASSWORD':
                this.password = what ?? '';
                return 'OK';
            case 'LOGOUT':
                return 'OK Goodbye';
            case 'LOGIN':
                return what !== this.shown.ups ? 'ERR UNKNOWN-UPS' : this.isKnown ? 'OK' : 'ERR ACCESS-DENIED';
            case 'LIST':
                return ups === this.shown.ups ? this.list(what ?? '', rest[0]) : 'ERR UNKNOWN-UPS';
            case 'GET':
                return ups === this.shown.ups ? this.get(what ?? '', rest[0] ?? '') : 'ERR UNKNOWN-UPS';
            case 'SET':
                if (what !== 'VAR') return 'ERR FEATURE-NOT-CONFIGURED';
                return this.isKnown ? this.set(rest[0] ?? '', rest[1] ?? '') : 'ERR ACCESS-DENIED';
            case 'INSTCMD':
                return this.isKnown ? this.command(ups ?? '') : 'ERR ACCESS-DENIED';
            default:
                return 'ERR UNKNOWN-COMMAND';
        }
    }

    private get isKnown(): boolean {
        const { name, password } = this.shown.user;
        return this.user === name && this.password === password;
    }

    private list(what: string, name: string | undefined): string {
        const { ups, stale } = this.shown;
        if (stale) return 'ERR DATA-STALE';
        const rows = this.rows(what);
        if (!rows) return 'ERR INVALID-ARGUMENT';
        const head = `LIST ${[what, ups, ...(name === undefined ? [] : [name])].join(' ')}`;
        return [`BEGIN ${head}`, ...rows, `END ${head}`].join('\n');
    }

    private rows(what: string): string[] | undefined {
        const { ups } = this.shown;
        const named = (variables: Record<string, string>, names: Iterable<string>) =>
            [...names].map((name) => `${what} ${ups} ${name} "${variables[name]}"`);
        switch (what) {
            case 'VAR': {
                const variables = this.shown.variables();
                return named(variables, Object.keys(variables));
            }
            case 'RW':
                return named(this.shown.variables(), DELAYS.keys());
            case 'CMD':
                return COMMANDS.map((name) => `CMD ${ups} ${name}`);
            case 'ENUM':
            case 'RANGE':
                return [];
            default:
                return undefined;
        }
    }

    private get(what: string, name: string): string {
        const { ups, stale } = this.shown;
        if (stale) return 'ERR DATA-STALE';
        const value = this.shown.variables()[name];
        if (value === undefined) return 'ERR VAR-NOT-SUPPORTED';
        if (what === 'VAR') return `VAR ${ups} ${name} "${value}"`;
        if (what !== 'TYPE') return 'ERR INVALID-ARGUMENT';
        return `TYPE ${ups} ${name} ${DELAYS.has(name) ? 'RW NUMBER STRING:10' : 'NUMBER'}`;
    }

    private set(name: string, value: string): string {
        if (this.shown.stale) return 'ERR DATA-STALE';
        const delay = DELAYS.get(name);
        if (!delay) return 'ERR READONLY';
        const number = Number(value);
        if (!Number.isInteger(number) || number < 0) return 'ERR INVALID-VALUE';
        this.shown.setDelay(delay, number);
        return 'OK';
    }

    private command(name: string): string {
        if (this.shown.stale) return 'ERR DATA-STALE';
        const command = COMMANDS.find((each) => each === name);
        if (!command) return 'ERR CMD-NOT-SUPPORTED';
        this.shown.command(command);
        return 'OK';
    }
}

/** Words of a line; quotes hold blanks together, a backslash takes the next character as it is. */
function words(line: string): string[] {
    return [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/g)].map(([, quoted, plain]) =>
        quoted === undefined ? plain! : quoted.replace(/\\(.)/g, '$1'),
    );
}
