import type { EventLevel } from '../../core/events/ids';
import { escapeHtml } from '../../core/templates/wildcards';
import { oneLine, localTime } from './compose';
import type { NewMail } from './mail';
import { plainText, said, type Translate } from '../../core/language/sentence';

/**
 * When each group of mails was last sent. A group is one mail job and one set of recipients: no recipient gets mails meant for
 * other recipients.
 */
export type Releases = Record<string, Release>;

export interface Release {
    /** Epoch ms */
    at: number;
    minimumMs: number;
}

const MOST_GROUPS = 500;
const LEVELS: readonly EventLevel[] = ['info', 'warning', 'alarm'];

export function gatherGroup(mail: Pick<NewMail, 'sourceId' | 'to'>): string {
    return [mail.sourceId, ...mail.to.toSorted()].join('|');
}

/**
 * How long a mail of this group has to wait, ms; 0 if none was sent within the minimum interval. Never longer than the interval,
 * even if the machine's clock was changed.
 */
export function waitFor(now: number, last: Release | undefined, minimumMs: number): number {
    if (!last || minimumMs <= 0) return 0;
    return Math.min(Math.max(last.at + minimumMs - now, 0), minimumMs);
}

/** `releases` with this one added, without entries whose interval is over. */
export function noteRelease(releases: Releases, group: string, release: Release): Releases {
    const kept = Object.entries(releases).filter(
        ([other, { at, minimumMs }]) => other !== group && Math.abs(release.at - at) < minimumMs,
    );
    const newest = kept.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST_GROUPS - 1);
    return Object.fromEntries(release.minimumMs > 0 ? [...newest, [group, release]] : newest);
}

/**
 * One mail with the texts of all, oldest first, each with its time. Its subject is that of the last mail, with the number of the
 * others. A single mail stays unchanged.
 * @param mails of one group, at least one, in order of arrival
 */
export function digest(mails: readonly NewMail[], inWords: Translate = plainText): NewMail {
    const last = mails[mails.length - 1];
    if (mails.length === 1) return last;
    return {
        ...last,
        subject: inWords(said('mail.more', { subject: oneLine(last.subject), more: mails.length - 1 })),
        text: mails.map((mail) => `${localTime(mail.at)}  ${mail.subject}\n\n${mail.text.trim()}\n`).join('\n----\n\n'),
        ...(mails.some((mail) => mail.html !== undefined) ? { html: htmlDigest(mails) } : {}),
        level: LEVELS[Math.max(...mails.map((mail) => LEVELS.indexOf(mail.level)))],
        attachEventLog: mails.some((mail) => mail.attachEventLog),
        attachDataLog: mails.some((mail) => mail.attachDataLog),
        ...(mails.some((mail) => mail.files) ? { files: mails.flatMap((mail) => mail.files ?? []) } : {}),
    };
}

function htmlDigest(mails: readonly NewMail[]): string {
    const section = (mail: NewMail) =>
        `<h4>${escapeHtml(localTime(mail.at))} &nbsp; ${escapeHtml(mail.subject)}</h4>\n` +
        (mail.html ?? `<pre>${escapeHtml(mail.text)}</pre>`);
    return mails.map(section).join('\n<hr>\n');
}
