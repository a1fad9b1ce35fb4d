import { isIP } from 'node:net';
import { FACILITIES, SEVERITIES, type Facility, type Severity, type SyslogFormat } from '../../core/syslog/parameters';

export interface SyslogEntry {
    facility: Facility;
    severity: Severity;
    /** Epoch ms */
    at: number;
    hostname: string;
    appName: string;
    processId: number;
    /** RFC 5424: the type of the message, e.g. an event id. */
    messageId?: string;
    /**
     * RFC 5424: one element with its id `name@<private enterprise number>` and its parameters; parameters without a value are
     * left out.
     */
    data?: { id: string; params: Record<string, string | number | boolean | undefined> };
    text: string;
}

const NIL = '-';
const BOM = '\uFEFF';
/** RFC 3164 section 4.1: the longest message, in bytes. */
const LONGEST_3164 = 1024;
/** RFC 5424 section 6.1: every receiver must accept 480 octets and should accept 2048; we cut longer texts here. */
const LONGEST_5424 = 8192;
/** Bytes of a message for structured data; the rest is for the text. */
const LONGEST_DATA = 4096;
/** Characters of one value in the structured data. */
const LONGEST_VALUE = 512;
const CUT = '…';
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The bytes of one message, without framing. */
export function encodeSyslog(format: SyslogFormat, entry: SyslogEntry): Buffer {
    return format === 'rfc3164' ? encode3164(entry) : encode5424(entry);
}

/** `<PRI>1 TIMESTAMP HOSTNAME APP-NAME PROCID MSGID [SD] BOM text` (RFC 5424 section 6). */
function encode5424(entry: SyslogEntry): Buffer {
    const { at, hostname, appName, processId, messageId, data, text } = entry;
    const head = [
        `<${priority(entry)}>1`,
        new Date(at).toISOString(),
        printable(hostname, 255),
        printable(appName, 48),
        printable(String(processId), 128),
        printable(messageId ?? '', 32),
        data ? element(data) : NIL,
    ].join(' ');
    return withText(`${head} ${BOM}`, text, LONGEST_5424);
}

/** `<PRI>Mmm dd hh:mm:ss HOSTNAME TAG[pid]: text`, local time (RFC 3164 section 4.1). */
function encode3164(entry: SyslogEntry): Buffer {
    const date = new Date(entry.at);
    const two = (value: number) => String(value).padStart(2, '0');
    const day = String(date.getDate()).padStart(2, ' ');
    const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
    const tag = entry.appName.replace(/[^A-Za-z0-9]/g, '').slice(0, 32) || 'ups';
    const host = printable(withoutDomain(entry.hostname), 255);
    const head = `<${priority(entry)}>${MONTHS[date.getMonth()]} ${day} ${time} ${host} ${tag}[${entry.processId}]: `;
    return withText(head, entry.text, LONGEST_3164);
}

/** RFC 3164 section 4.1.2: the host name without its domain, or an IP address. */
function withoutDomain(hostname: string): string {
    const bare = hostname.replace(/^\[(.*)\]$/, '$1');
    return isIP(bare) ? bare : (hostname.split('.')[0] ?? '');
}

function priority({ facility, severity }: SyslogEntry): number {
    return FACILITIES.indexOf(facility) * 8 + SEVERITIES.indexOf(severity);
}

/** PRINTUSASCII of at most `most` characters, or the nil value. */
function printable(text: string, most: number): string {
    return text.replace(/[^\x21-\x7e]/g, '_').slice(0, most) || NIL;
}

/** Structured data, RFC 5424 section 6.3. Always well-formed: parameters that do not fit are left out, and long values are cut. */
function element({ id, params }: NonNullable<SyslogEntry['data']>): string {
    let room = LONGEST_DATA - id.length - 2;
    const parts = Object.entries(params)
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => `${name.replace(/[^\x21-\x7e]|[=\]"]/g, '_').slice(0, 32)}="${escaped(String(value))}"`)
        .filter((part) => {
            const bytes = Buffer.byteLength(part) + 1;
            if (bytes > room) return false;
            room -= bytes;
            return true;
        });
    return `[${[id, ...parts].join(' ')}]`;
}

/** `"`, `\` and `]` are escaped in values (section 6.3.3). */
function escaped(value: string): string {
    const characters = [...singleLine(value)];
    const short = characters.length > LONGEST_VALUE ? [...characters.slice(0, LONGEST_VALUE - 1), CUT] : characters;
    return short.join('').replace(/[\\"\]]/g, (character) => `\\${character}`);
}

/** A line feed would end the message with line framing; other control characters have no meaning. */
function singleLine(text: string): string {
    return text.replace(/\s*[\r\n]+\s*/g, ' | ').replace(/[\x00-\x1f\x7f]/g, ' ');
}

/** The complete head, and as much of the text as fits, cut between characters. */
function withText(head: string, text: string, most: number): Buffer {
    const line = singleLine(text);
    const room = most - Buffer.byteLength(head);
    if (Buffer.byteLength(line) <= room) return Buffer.from(head + line, 'utf8');
    const bytes = Buffer.from(line, 'utf8');
    let end = Math.max(0, room - Buffer.byteLength(CUT));
    while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
    return Buffer.concat([Buffer.from(head), bytes.subarray(0, end), Buffer.from(CUT)]);
}
