import type { Clock } from '../../core/clock';
import type { SettingInfo } from '../../core/driver';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Answers } from './decode';
import type { LineLease } from './line-pool';
import { decodeAnswer, type Answer, type PollName } from './polls';
import { SETTINGS } from './settings';
import { availableSets, type SetName } from './sets';

export interface DeltaDeviceOptions {
    clock: Clock;
    /** 0..99, as set in the UPS (UID). */
    id: number;
    /** Name for errors and messages. */
    name: string;
    timeoutMs: number;
    /** Opens the line, or joins an open one. */
    acquire(): Promise<LineLease>;
    /** Ignores AVL: the bits of some makers are wrong. */
    offerAll: boolean;
}

/** One UPS on a line: its last answers, and the commands that it accepts. */
export class DeltaDevice {
    readonly answers: { -readonly [K in keyof Answers]: Answers[K] } = {};
    id: number;
    private lease?: LineLease;
    private acquiring?: Promise<LineLease>;
    private closed = false;
    /** Difference between actual and stated length of a command's answers, if it is constant. */
    private readonly lengthErrors = new Map<string, number>();

    constructor(private readonly options: DeltaDeviceOptions) {
        this.id = options.id;
    }

    get name(): string {
        return this.options.name;
    }

    /**
     * Polls the UPS and stores the answer.
     * @param outlet 1..99, for SOL
     * @throws UpsError device-refused (the UPS lacks the command), device-silent, protocol
     */
    async read(poll: PollName, outlet?: number): Promise<Answer> {
        const command = outlet === undefined ? poll : `${poll}${outlet}`;
        const answer = await this.poll(poll, command);
        if (poll !== 'SOL') this.answers[poll] = answer;
        else this.answers.outlets = new Map([...(this.answers.outlets ?? []), [outlet!, answer]]);
        return answer;
    }

    /** Drops an answer that the UPS no longer gives, e.g. after a sensor was unplugged. */
    forgetAnswer(poll: PollName, outlet?: number): void {
        if (poll !== 'SOL') delete this.answers[poll];
        else this.answers.outlets = new Map([...(this.answers.outlets ?? [])].filter(([index]) => index !== outlet));
    }

    /** Whether another UPS on the line answers with this id. @throws UpsError if the line itself fails */
    async isTaken(id: number): Promise<boolean> {
        const line = await this.line();
        try {
            await line.ask(id, 'P', 'UID', this.options.timeoutMs);
            return true;
        } catch (error) {
            if (error instanceof UpsError && error.code === 'device-silent') return false;
            throw error;
        }
    }

    /** Sends a set frame. @throws UpsError device-refused, device-silent (the UPS may have carried it out all the same) */
    async send(data: string): Promise<void> {
        const line = await this.line();
        const frame = await line.ask(this.id, 'S', data, this.options.timeoutMs);
        if (frame.type === 'R') throw this.refused(data);
    }

    /** Whether the speed of the line can be changed: this UPS must be the only one on it. */
    get speedChangeable(): boolean {
        return this.lease !== undefined && this.lease.line.speedChangeable && this.lease.users() === 1;
    }

    /** @throws UpsError */
    async setLineSpeed(baudRate: number): Promise<void> {
        await (await this.line()).setBaudRate(baudRate);
    }

    /** Forgets all answers: after a silence, another UPS may answer. */
    forget(): void {
        for (const key of Object.keys(this.answers)) delete this.answers[key as keyof Answers];
        this.lengthErrors.clear();
    }

    /**
     * Whether the UPS offers a set command: by AVL if AVL has a bit for it, else by the answers of the UPS. RSM has neither, and
     * follows ATX [inferred].
     */
    offers(set: SetName): boolean {
        // Without the present speed, a failed change could not be undone.
        if (set === 'UBR' && !(this.speedChangeable && this.answers.UBR)) return false;
        if (this.options.offerAll) return true;
        const { answers } = this;
        const bit = availableSets(answers.AVL?.bits as string | undefined)[set];
        if (bit !== undefined) return bit;
        switch (set) {
            case 'EDB':
                return answers.STA?.buzzerEnabled !== undefined;
            case 'ECO':
                return answers.STA?.economic !== undefined;
            case 'RSM':
                return this.offers('ATX');
            case 'RON':
            case 'ROF':
            case 'RNF':
                return this.outletCount > 0;
            case 'BUZ':
            case 'SDA':
            case 'SDR':
            case 'TST':
            case 'BTT':
                return answers.STA !== undefined;
            default:
                return answers[set] !== undefined;
        }
    }

    get outletCount(): number {
        return (this.answers.LET?.outlets as number | undefined) ?? 0;
    }

    settingsInfo(): Record<string, SettingInfo> {
        const shown = Object.entries(SETTINGS).filter(
            ([, { set, read }]) => (set && this.offers(set)) || read?.(this.answers) !== undefined,
        );
        return Object.fromEntries(
            shown.map(([name, { set, info }]) => [
                name,
                { ...info?.(this.answers), writable: set !== undefined && this.offers(set) },
            ]),
        );
    }

    /** Idempotent. */
    async close(): Promise<void> {
        this.closed = true;
        const lease = this.lease ?? (await this.acquiring?.catch(() => undefined));
        await lease?.release();
    }

    private async line(): Promise<LineLease['line']> {
        if (this.closed) throw new UpsError('interrupted');
        if (!this.lease) {
            this.acquiring ??= this.options.acquire();
            try {
                this.lease = await this.acquiring;
            } finally {
                this.acquiring = undefined;
            }
            if (this.closed) {
                await this.lease.release();
                throw new UpsError('interrupted');
            }
        }
        return this.lease.line;
    }

    private async poll(name: PollName, command: string): Promise<Answer> {
        const data = await this.ask(command);
        if (data.off === 0 || this.lengthErrors.get(name) === data.off) {
            return decodeAnswer(name, data.text, data.off === 0);
        }
        // A truncated frame and a firmware that states a wrong length look the same; only the latter repeats it.
        const again = await this.ask(command);
        if (again.off !== 0 && again.off !== data.off) {
            throw new UpsError('protocol', { reason: said('of', { what: name, how: said('delta.length') }) });
        }
        const answer = decodeAnswer(name, again.text, again.off === 0);
        if (again.off !== 0) this.lengthErrors.set(name, again.off);
        return answer;
    }

    private async ask(command: string): Promise<{ text: string; off: number }> {
        const line = await this.line();
        const { type, data, announced } = await line.ask(this.id, 'P', command, this.options.timeoutMs);
        if (type === 'R') throw this.refused(command);
        if (type !== 'D')
            throw new UpsError('protocol', { reason: said('of', { what: command, how: said('delta.noData') }) });
        return { text: data, off: data.length - (announced ?? data.length) };
    }

    private refused(command: string): UpsError {
        return new UpsError('device-refused', { host: this.name, reason: said('delta.rejected', { command }) });
    }
}
