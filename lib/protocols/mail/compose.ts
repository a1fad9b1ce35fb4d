import type { EventInfo } from '../../core/messages';
import { recipientsOf } from './addresses';
import { htmlToText } from './html';
import type { MailLogPolicy, NewMail } from './mail';

const LONGEST_SUBJECT = 250;
const LONGEST_TEXT = 100_000;

/** The texts of a mail job, before wildcards are filled in. */
export interface MailTemplate {
    /** Addresses, separated by commas, semicolons or line ends. */
    to: string;
    subject: string;
    text: string;
    /** `text` is HTML; the mail then carries it with a plain-text alternative. */
    html: boolean;
    attachEventLog: boolean;
    attachDataLog: boolean;
}

/** Fills the wildcards of a text: as plain text, or escaped so that no value becomes mark-up. */
export interface TemplateFiller {
    text(template: string): string;
    html(template: string): string;
}

/**
 * A mail from a template and the event that triggers it.
 * @throws UpsError config-missing, config-invalid (recipients)
 */
export function composeMail(
    template: MailTemplate,
    event: EventInfo,
    fill: TemplateFiller,
    job: { id: string; name: string; log: MailLogPolicy },
): NewMail {
    const text = template.html ? fill.html(template.text) : fill.text(template.text);
    const body = bounded(text.replace(/\r\n?/g, '\n'));
    return {
        ...recipientsOf(fill.text(template.to)),
        subject: oneLine(fill.text(template.subject)) || oneLine(event.text) || event.id,
        text: template.html ? htmlToText(body) : body,
        ...(template.html ? { html: body } : {}),
        level: event.level,
        at: event.at,
        event: eventHeader(event),
        attachEventLog: template.attachEventLog,
        attachDataLog: template.attachDataLog,
        log: job.log,
        source: job.name,
        sourceId: job.id,
        ...(event.sourceId ? { upsId: event.sourceId } : {}),
        eventId: event.id,
        episode: event.episode,
    };
}

/** A text without line ends and other control characters, which could inject headers; bounded in length. */
export function oneLine(text: string): string {
    const line = text
        .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
        .replace(/ {2,}/g, ' ')
        .trim();
    return line.length > LONGEST_SUBJECT ? `${line.slice(0, LONGEST_SUBJECT - 1)}…` : line;
}

/** Date and time for people, in the machine's time zone, with the offset from UTC. */
export function localTime(at: number): string {
    const date = new Date(at);
    const two = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, '0');
    const offset = -date.getTimezoneOffset();
    const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
    const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join('-');
    return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')} ${zone}`;
}

/** Header for programs that sort mails: the event, its edge and its episode. */
function eventHeader(event: EventInfo): string {
    const fields = { id: event.id, state: event.active ? 'on' : 'off', level: event.level, episode: event.episode };
    return Object.entries(fields)
        .map(([name, value]) => `${name}=${value.replace(/[^\x21-\x7e]|[;,]/g, '_')}`)
        .join('; ')
        .slice(0, 500);
}

function bounded(text: string): string {
    return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}\n…` : text;
}
