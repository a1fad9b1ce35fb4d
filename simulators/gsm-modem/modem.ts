import { EventEmitter } from 'node:events';
import { planSms } from '../../lib/core/sms/parts';
import { decodeSubmit, type DecodedSubmit } from '../../lib/protocols/gsm/pdu';
import { textOfSeptets } from '../../lib/core/sms/gsm-alphabet';

/** A message that the network has accepted. */
export interface SentSms {
    to: string;
    text: string;
    mode: 'pdu' | 'text';
    alphabet: 'gsm7' | 'ucs2';
    concatenated?: DecodedSubmit['concatenated'];
    /** The body as sent to the modem. */
    raw: string;
    reference: number;
}

export interface ModemOptions {
    echo?: boolean;
    /** PIN of the SIM; empty: the SIM requires none. */
    pin?: string;
    pinAttempts?: number;
    /** Whether the modem reports the remaining attempts (AT+CPINR). */
    tellsAttempts?: boolean;
    /** State in +CREG. */
    registration?: number;
    /** +CSQ 0..31, 99. */
    csq?: number;
    pduMode?: boolean;
    textMode?: boolean;
}

export type ModemFault =
    /** Accepts everything and answers nothing. */
    | { kind: 'silent' }
    /** Sends no answer after the text. */
    | { kind: 'no-final' }
    /** Refuses this number of texts, or all of them, with a CMS error. */
    | { kind: 'cms'; code: number; times?: number }
    /** Inserts this line into every answer. */
    | { kind: 'chatter'; line: string };

const CR_LF = '\r\n';
const CTRL_Z = '\x1a';
const ESC = '\x1b';
const LONGEST = 4096;
const CENTRE = '+491710760000';

/** Identification of the modem (3GPP TS 27.007). */
const IDENTITY: Readonly<Record<string, string>> = {
    'AT+CGMI': 'Ridethrough',
    'AT+CGMM': 'Simulated modem',
    'AT+CGMR': '1.0',
    'AT+CGSN': '490154203237518',
    'AT+CIMI': '262011234567890',
};

/**
 * A simulated GSM modem: the commands of 3GPP TS 27.005 and 27.007 that send SMS. `take` receives bytes, the event `data` sends
 * them.
 */
export class SimulatedModem extends EventEmitter<{ data: [string]; sms: [SentSms]; command: [string] }> {
    readonly sent: SentSms[] = [];
    /** All command lines, including the PIN. */
    readonly commands: string[] = [];
    readonly faults: ModemFault[] = [];
    csq: number;
    registration: number;
    attempts: number;
    private echo: boolean;
    private errors = 0;
    private textMode = false;
    private charset = 'GSM';
    private centre = CENTRE;
    private dcs = 0;
    private unlocked: boolean;
    private line = '';
    private prompt: { command: string; text: string } | undefined;
    private reference = 0;

    constructor(readonly options: ModemOptions = {}) {
        super();
        this.echo = options.echo ?? true;
        this.csq = options.csq ?? 20;
        this.registration = options.registration ?? 1;
        this.attempts = options.pinAttempts ?? 3;
        this.unlocked = !options.pin;
        this.textMode = options.pduMode === false;
    }

    take(bytes: Uint8Array): void {
        for (const char of Buffer.from(bytes).toString('latin1')) {
            if (this.prompt) this.inText(char, this.prompt);
            else this.inCommand(char);
        }
    }

    /** Like a power cycle: the SIM requires its PIN again. */
    restart(): void {
        this.unlocked = !this.options.pin;
        this.prompt = undefined;
        this.line = '';
        this.echo = this.options.echo ?? true;
    }

    /** Sends an unsolicited line. */
    say(line: string): void {
        this.emit('data', `${CR_LF}${line}${CR_LF}`);
    }

    private inCommand(char: string): void {
        if (this.echo && !this.is('silent')) this.emit('data', char);
        if (char === ESC) this.line = '';
        else if (char === '\r') {
            const command = this.line.trim();
            this.line = '';
            if (command) this.run(command);
        } else if (char !== '\n' && this.line.length < LONGEST) this.line += char;
    }

    private inText(char: string, prompt: { command: string; text: string }): void {
        if (char === ESC) {
            this.prompt = undefined;
            this.answer([], 'OK');
        } else if (char === CTRL_Z) {
            this.prompt = undefined;
            this.deliver(prompt.command, prompt.text);
        } else {
            if (this.echo) this.emit('data', char);
            // Backspace deletes a character in a text, but not in a PDU (3GPP TS 27.005, section 3.5.1).
            if (char === '\b' && this.textMode) prompt.text = prompt.text.slice(0, -1);
            else if (prompt.text.length < LONGEST) prompt.text += char;
        }
    }

    private run(command: string): void {
        this.commands.push(command);
        this.emit('command', command);
        if (this.is('silent')) return;
        const upper = command.toUpperCase();
        const identity = IDENTITY[upper];
        if (identity) return this.answer([identity], 'OK');
        if (/^AT(Z|&F\d?|)$/.test(upper)) return this.answer([], 'OK');
        if (/^ATE[01]$/.test(upper)) {
            this.echo = upper === 'ATE1';
            return this.answer([], 'OK');
        }
        const found = /^AT(\+[A-Z]+)(\?|=\?|=(.*))?$/i.exec(command);
        if (!found) return this.answer([], 'ERROR');
        this.extended(found[1]!.toUpperCase(), found[2] ?? '', found[3] ?? '');
    }

    private extended(name: string, form: string, value: string): void {
        const { options } = this;
        const ok = (...lines: string[]) => this.answer(lines, 'OK');
        if (name === '+CMEE') return form.startsWith('=') ? ((this.errors = Number(value) || 0), ok()) : ok();
        if (name === '+CPIN') return this.simPin(form, value);
        if (name === '+CPINR')
            return options.tellsAttempts === false ? this.refuse('CME', 4) : ok(`+CPINR: SIM PIN,${this.attempts},3`);
        if (name === '+CSQ') return ok(`+CSQ: ${this.csq},99`);
        if (!this.unlocked) return this.refuse('CME', 11);
        if (name === '+CREG') return form === '?' ? ok(`+CREG: 0,${this.registration}`) : ok();
        if (name === '+CEREG') return form === '?' ? ok(`+CEREG: 0,${this.registration}`) : ok();
        if (name === '+CGREG') return form === '?' ? ok(`+CGREG: 0,${this.registration}`) : ok();
        if (name === '+CFUN') return form === '?' ? ok('+CFUN: 1') : ok();
        if (name === '+COPS') return ok('+COPS: 0,2,"26201"');
        if (name === '+CNMI') return form === '=?' ? ok('+CNMI: (0,1,2),(0,1),(0,2),(0,1),(0)') : ok();
        if (name === '+CSMS') return form === '?' ? ok('+CSMS: 0,1,1,1') : ok('+CSMS: 1,1,1');
        if (name === '+CMGF') return this.format(form, value);
        if (name === '+CSCS') return this.characterSet(form, value);
        if (name === '+CSMP') return ((this.dcs = Number(value.split(',')[3] ?? 0)), ok());
        if (name === '+CSCA') return this.serviceCentre(form, value);
        if (name === '+CPMS') {
            if (form === '=?') return ok('+CPMS: ("SM","ME"),("SM","ME"),("SM","ME")');
            return ok(form === '?' ? '+CPMS: "SM",0,20,"SM",0,20,"SM",0,20' : '+CPMS: 0,20,0,20,0,20');
        }
        if (name === '+CMGS' && form !== '=?') {
            this.prompt = { command: value, text: '' };
            this.emit('data', `${CR_LF}> `);
            return;
        }
        this.answer([], 'ERROR');
    }

    private simPin(form: string, value: string): void {
        if (form === '?') {
            const state = this.unlocked ? 'READY' : this.attempts > 0 ? 'SIM PIN' : 'SIM PUK';
            return this.answer([`+CPIN: ${state}`], 'OK');
        }
        if (this.unlocked) return this.refuse('CME', 3);
        if (this.attempts < 1) return this.refuse('CME', 12);
        if (value.replace(/"/g, '') === this.options.pin) {
            this.unlocked = true;
            this.attempts = 3;
            return this.answer([], 'OK');
        }
        this.attempts -= 1;
        this.refuse('CME', this.attempts > 0 ? 16 : 12);
    }

    private format(form: string, value: string): void {
        const { pduMode = true, textMode = true } = this.options;
        const modes = [pduMode ? '0' : '', textMode ? '1' : ''].filter(Boolean);
        if (form === '?') return this.answer([`+CMGF: ${this.textMode ? 1 : 0}`], 'OK');
        if (form === '=?') return this.answer([`+CMGF: (${modes.join(',')})`], 'OK');
        if (!modes.includes(value)) return this.refuse('CMS', 303);
        this.textMode = value === '1';
        this.answer([], 'OK');
    }

    private characterSet(form: string, value: string): void {
        if (form === '=?') return this.answer(['+CSCS: ("GSM","IRA","UCS2")'], 'OK');
        if (form === '?') return this.answer([`+CSCS: "${this.charset}"`], 'OK');
        this.charset = value.replace(/"/g, '');
        this.answer([], 'OK');
    }

    private serviceCentre(form: string, value: string): void {
        if (form === '?') {
            const hex = Buffer.from(this.centre, 'utf16le').swap16().toString('hex').toUpperCase();
            return this.answer([`+CSCA: "${this.charset === 'UCS2' ? hex : this.centre}",145`], 'OK');
        }
        this.centre = /"([^"]*)"/.exec(value)?.[1] ?? this.centre;
        this.answer([], 'OK');
    }

    private deliver(command: string, text: string): void {
        if (this.is('no-final')) return;
        const cms = this.faults.find((fault) => fault.kind === 'cms');
        if (cms) {
            if (cms.times !== undefined && --cms.times <= 0) this.faults.splice(this.faults.indexOf(cms), 1);
            return this.refuse('CMS', cms.code);
        }
        if (this.registration !== 1 && this.registration !== 5) return this.refuse('CMS', 331);
        let sms: Omit<SentSms, 'reference' | 'raw' | 'mode'>;
        if (this.textMode) {
            sms = this.fromText(command, text);
            // Text mode has no headers for concatenation: a text that does not fit into one SMS is refused.
            const most = sms.alphabet === 'ucs2' ? 70 : 160;
            if (planSms(sms.text, 255).parts.length > 1 || sms.text.length > most) return this.refuse('CMS', 305);
        } else {
            try {
                const { length, ...decoded } = decodeSubmit(text.trim());
                if (length !== Number(command)) return this.refuse('CMS', 304);
                sms = decoded;
            } catch {
                // Modems report every invalid PDU with this error.
                return this.refuse('CMS', 304);
            }
        }
        this.reference = (this.reference + 1) & 0xff;
        const done: SentSms = { ...sms, mode: this.textMode ? 'text' : 'pdu', raw: text, reference: this.reference };
        this.sent.push(done);
        this.emit('sms', done);
        this.answer([`+CMGS: ${this.reference}`], 'OK');
    }

    private fromText(command: string, text: string): Omit<SentSms, 'reference' | 'raw' | 'mode'> {
        const number = /"([^"]*)"/.exec(command)?.[1] ?? command;
        const ucs2 = (hex: string) => Buffer.from(hex, 'hex').swap16().toString('utf16le');
        if (this.charset === 'UCS2')
            return { to: ucs2(number), text: ucs2(text), alphabet: this.dcs === 8 ? 'ucs2' : 'gsm7' };
        const characters = this.charset === 'GSM' ? textOfSeptets([...text].map((char) => char.charCodeAt(0))) : text;
        return { to: number, text: characters, alphabet: 'gsm7' };
    }

    private refuse(kind: 'CME' | 'CMS', code: number): void {
        this.answer([], this.errors === 0 && kind === 'CME' ? 'ERROR' : `+${kind} ERROR: ${code}`);
    }

    private answer(lines: readonly string[], final: string): void {
        const chatter = this.faults.flatMap((fault) => (fault.kind === 'chatter' ? [fault.line] : []));
        for (const line of [...lines.slice(0, 1), ...chatter, ...lines.slice(1), final]) this.say(line);
    }

    private is(kind: ModemFault['kind']): boolean {
        return this.faults.some((fault) => fault.kind === kind);
    }
}
