import type { Clock } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { said, failureText, type Told } from '../../core/language/sentence';
import { reasonOf, type Reason } from '../../core/reasons';
import { AtChannel, AtRefusal, ESC, type AtCommand } from './at-channel';
import { encodeSubmit, ucs2 } from './pdu';
import type { SmsPart } from '../../core/sms/parts';
import type { PinMemory } from './pin-memory';
import { septetsOf } from '../../core/sms/gsm-alphabet';
import { unlockSim } from './sim';
import type { ModemSettings } from './settings';
import type { ModemConnection, ModemTransport } from './transport';

const CONNECT_MS = 10_000;
const COMMAND_MS = 10_000;
/** Time limit for one AT while waking: a modem that slept, or was still at a text prompt, may lose the first command. */
const WAKE_MS = 2_000;
const WAKE_TRIES = 3;
/** A waking modem answers all earlier commands at once: wait, so that a late answer is not taken for the next one. */
const SETTLE_MS = 500;
/** Time for a modem at an old text prompt to answer OK to ESC. */
const ESCAPE_MS = 250;
/** The network's limit is one minute; modems then answer `+CMS ERROR: 332`. */
const SUBMIT_MS = 90_000;

/** `+CREG` (3GPP TS 27.007 section 7.2). */
export type Registration = 'home' | 'roaming' | 'searching' | 'denied' | 'none' | 'unknown';

const REGISTRATIONS: readonly Registration[] = ['none', 'home', 'searching', 'denied', 'unknown', 'roaming'];

export interface ModemReading {
    /** dBm, -113 to -51; undefined if unknown (3GPP TS 27.007 section 8.5). */
    signalDbm: number | undefined;
    registration: Registration;
}

export interface SmsSubmission {
    to: string;
    part: SmsPart;
    /** 0 to 255; the same for all parts of one message to one recipient. */
    reference: number;
}

export interface SessionOptions {
    transport: ModemTransport;
    clock: Clock;
    settings: ModemSettings;
    pinMemory: PinMemory;
    /** Called when the connection ends without `close`. */
    onClosed(error: UpsError): void;
}

/** One connection to a modem, with the commands of 3GPP TS 27.005 and 27.007 that sending an SMS requires. */
export class ModemSession {
    private readonly channel: AtChannel;
    private readonly connection: ModemConnection;
    private pdu = true;
    private charset = '';
    private dcs = -1;

    constructor(private readonly options: SessionOptions) {
        const { transport, clock } = options;
        this.channel = new AtChannel((text) => this.connection.write(text), clock, transport.name);
        this.connection = transport.open({
            data: (bytes) => this.channel.take(bytes),
            closed: (reason) => {
                const error = this.silent(reason ? failureText(reason) : said('lineClosed'), reasonOf(reason) ?? 'cut');
                this.channel.fail(error);
                options.onClosed(error);
            },
        });
    }

    /** Wakes and configures the modem, and unlocks the SIM. @throws UpsError device-silent, device-refused, sim-locked */
    async begin(): Promise<void> {
        await this.connected();
        this.connection.write(ESC);
        await this.pause(ESCAPE_MS);
        await this.wake();
        await this.try('ATE0');
        await this.try('AT+CMEE=1');
        await unlockSim(this.options.transport.name, this.options.settings.pin, this.options.pinMemory, {
            ask: (command) => this.ask(command),
            pause: (ms) => this.pause(ms),
        });
        await this.chooseMode();
        const { serviceCentre } = this.options.settings;
        if (serviceCentre)
            await this.ask({ text: `AT+CSCA="${serviceCentre}",${serviceCentre.startsWith('+') ? 145 : 129}` });
    }

    /** Signal and registration. Values that the modem does not report are unknown. */
    async reading(): Promise<ModemReading> {
        const [quality] = await this.tryFor('AT+CSQ', '+CSQ:');
        const level = Number(/^(\d+)/.exec(quality ?? '')?.[1] ?? 99);
        let registration = registrationOf(await this.tryFor('AT+CREG?', '+CREG:'));
        // LTE networks without circuit switching register for packets only, and still carry SMS.
        if (registration !== 'home' && registration !== 'roaming') {
            const packet = registrationOf(await this.tryFor('AT+CEREG?', '+CEREG:'));
            if (packet === 'home' || packet === 'roaming') registration = packet;
        }
        return { signalDbm: level <= 31 ? -113 + 2 * level : undefined, registration };
    }

    /**
     * Sends one SMS. Resolves with the message reference that the network assigned.
     * @throws UpsError device-refused (AtRefusal) with the cause in words, device-silent
     */
    async submit({ to, part, reference }: SmsSubmission): Promise<number | undefined> {
        const [answer] = await (this.pdu ? this.submitPdu(to, part, reference) : this.submitText(to, part));
        const given = Number.parseInt(answer ?? '', 10);
        return Number.isNaN(given) ? undefined : given;
    }

    /** Idempotent. */
    close(error: UpsError = new UpsError('interrupted')): Promise<void> {
        this.channel.fail(error);
        return this.connection.close();
    }

    private submitPdu(to: string, part: SmsPart, reference: number): Promise<string[]> {
        const { hex, length } = encodeSubmit(to, part, reference);
        return this.ask({ text: `AT+CMGS=${length}`, prefix: '+CMGS:', timeoutMs: SUBMIT_MS, body: hex });
    }

    /** Text mode has no headers for concatenation: the parts get visible numbers instead. */
    private async submitText(to: string, part: SmsPart): Promise<string[]> {
        const given = numbered(part);
        // A text that does not fit as UCS-2 is sent with replacement characters.
        const text = isTypable(given) || given.length <= MOST_UCS2 ? given : withReplacements(given);
        const plain = isTypable(text);
        await this.alphabet(plain ? 'GSM' : 'UCS2', plain ? 0 : 8);
        const hex = (some: string) => ucs2(some).toString('hex').toUpperCase();
        const number = plain ? to : hex(to);
        const type = to.startsWith('+') ? 145 : 129;
        const body = plain ? String.fromCharCode(...[...text].map((char) => septetsOf(char)![0]!)) : hex(text);
        return this.ask({ text: `AT+CMGS="${number}",${type}`, prefix: '+CMGS:', timeoutMs: SUBMIT_MS, body });
    }

    private async alphabet(charset: string, dcs: number): Promise<void> {
        if (this.charset !== charset) await this.ask({ text: `AT+CSCS="${charset}"` });
        this.charset = charset;
        // First octet 17: submit with relative validity; 167: one day.
        if (this.dcs !== dcs) await this.ask({ text: `AT+CSMP=17,167,0,${dcs}` });
        this.dcs = dcs;
    }

    private async chooseMode(): Promise<void> {
        const { mode } = this.options.settings;
        if (mode !== 'text') {
            this.pdu = await this.try('AT+CMGF=0');
            if (this.pdu) return;
            if (mode === 'pdu') throw this.refused(said('gsm.noPdu'));
        }
        this.pdu = false;
        if (!(await this.try('AT+CMGF=1'))) throw this.refused(said('gsm.noSms'));
    }

    private async connected(): Promise<void> {
        const { clock } = this.options;
        let expire: (error: UpsError) => void = () => undefined;
        const late = new Promise<never>((_, reject) => (expire = reject));
        const timer = clock.setTimeout(() => expire(this.silent(said('noConnection'), 'timeout')), CONNECT_MS);
        try {
            await Promise.race([this.connection.opened, late]);
        } catch (error) {
            throw asUpsError(error, 'device-silent', { host: this.options.transport.name });
        } finally {
            clock.clearTimeout(timer);
        }
    }

    /** Sends AT until the modem answers OK; other answers of a waking modem are ignored. */
    private async wake(): Promise<void> {
        for (let left = WAKE_TRIES; ; left--) {
            let over = false;
            const timer = this.options.clock.setTimeout(() => {
                over = true;
                this.channel.abandon();
            }, WAKE_MS);
            try {
                await this.channel.command({ text: 'AT', timeoutMs: WAKE_MS * 2 });
                if (left < WAKE_TRIES) await this.pause(SETTLE_MS);
                return;
            } catch (error) {
                if (left <= 1 && over) throw this.silent(said('gsm.noAt'), 'line-silent');
                if (left <= 1 || !(over || error instanceof AtRefusal)) throw error;
            } finally {
                this.options.clock.clearTimeout(timer);
            }
        }
    }

    private ask(command: Omit<AtCommand, 'timeoutMs'> & { timeoutMs?: number }): Promise<string[]> {
        return this.channel.command({ timeoutMs: COMMAND_MS, ...command });
    }

    /** Resolves to false if the modem refuses the command. */
    private async try(text: string): Promise<boolean> {
        return (await this.tryFor(text, undefined, true)) !== REFUSED;
    }

    private async tryFor(text: string, prefix?: string, tell = false): Promise<string[]> {
        try {
            return await this.ask({ text, prefix });
        } catch (error) {
            if (!(error instanceof AtRefusal)) throw error;
            return tell ? REFUSED : [];
        }
    }

    private pause(ms: number): Promise<void> {
        return new Promise((resolve) => this.options.clock.setTimeout(resolve, ms));
    }

    private silent(reason: Told, why?: Reason): UpsError {
        return new UpsError('device-silent', { host: this.options.transport.name, ...(why ? { why } : {}), reason });
    }

    private refused(reason: Told): UpsError {
        return new UpsError('device-refused', { host: this.options.transport.name, reason });
    }
}

const MOST_UCS2 = 70;
/** Replacements from the GSM alphabet for characters that text mode does not support. */
const REPLACEMENTS: Readonly<Record<string, string>> = {
    ...{ '€': 'E', '[': '(', ']': ')', '{': '(', '}': ')', '\\': '/', '|': '!', '~': '-', '^': "'", Ξ: 'E', ò: 'o' },
};

/**
 * Whether text mode passes every character on unchanged: the escape of the extension table cancels the text, Ξ (0x1a) ends it,
 * and ò (0x08) is a backspace (3GPP TS 27.005, section 3.5.1).
 */
function isTypable(text: string): boolean {
    return [...text].every((char) => septetsOf(char)?.length === 1 && char !== 'Ξ' && char !== 'ò');
}

function withReplacements(text: string): string {
    return [...text].map((char) => REPLACEMENTS[char] ?? char).join('');
}

/** Compared by identity: an empty answer is not a refusal. */
const REFUSED: string[] = [];

/** The answer has two or more numbers (`n,stat`); an unsolicited `+CREG: stat` in between has one. */
function registrationOf(lines: readonly string[]): Registration {
    const stat = lines.map((line) => /^\d+ *, *(\d+)/.exec(line)?.[1]).find((found) => found !== undefined);
    return REGISTRATIONS[Number(stat ?? 4)] ?? 'unknown';
}

/** `2/3 the text`, if the label fits into the room that a header would take. */
function numbered({ text, number, total, alphabet }: SmsPart): string {
    if (total === 1) return text;
    const room = alphabet === 'gsm7' ? 7 : 3;
    const label = [`${number}/${total} `, `${number}/${total}`].find((some) => some.length <= room);
    return `${label ?? ''}${text}`;
}
