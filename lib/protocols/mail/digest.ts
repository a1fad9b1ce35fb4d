import type { EventLevel } from '../../core/events/ids';
import { escapeHtml } from '../../core/templates/wildcards';
import { oneLine, stamp } from './compose';
import type { NewMail } from './mail';
import { plainText, said, type Translate } from '../../core/language/sentence';

/**
 * When a group of mails last went out, by group. A group is one mail job and one set of recipients, so that nobody
 * gets to read what was meant for others.
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
 * How long a mail of this group has to wait, ms: 0 if none went out within the minimum interval. Never longer than the
 * interval itself, whatever somebody has done to the machine's clock meanwhile.
 */
export function waitFor(now: number, last: Release | undefined, minimumMs: number): number {
    if (!last || minimumMs <= 0) return 0;
    return Math.min(Math.max(last.at + minimumMs - now, 0), minimumMs);
}

/** `releases` with this one noted, and without those that hold up nothing any more. */
export function noteRelease(releases: Releases, group: string, release: Release): Releases {
    const kept = Object.entries(releases).filter(
        ([other, { at, minimumMs }]) => other !== group && Math.abs(release.at - at) < minimumMs,
    );
    const newest = kept.sort(([, a], [, b]) => b.at - a.at).slice(0, MOST_GROUPS - 1);
    return Object.fromEntries(release.minimumMs > 0 ? [...newest, [group, release]] : newest);
}

/**
 * One mail that tells all of them, oldest first, each with its time: the subject of the last with the count of the others.
 * A single one stays what it is.
 * @param mails of one group, at least one, in the order in which they came
 */
export function digest(mails: readonly NewMail[], inWords: Translate = plainText): NewMail {
    const last = mails[mails.length - 1];
    if (mails.length === 1) return last;
    return {
        ...last,
        subject: inWords(said('mail.more', { subject: oneLine(last.subject), more: mails.length - 1 })),
        text: mails.map((mail) => `${stamp(mail.at)}  ${mail.subject}\n\n${mail.text.trim()}\n`).join('\n----\n\n'),
        ...(mails.some((mail) => mail.html !== undefined) ? { html: htmlDigest(mails) } : {}),
        level: LEVELS[Math.max(...mails.map((mail) => LEVELS.indexOf(mail.level)))],
        attachEventLog: mails.some((mail) => mail.attachEventLog),
        attachDataLog: mails.some((mail) => mail.attachDataLog),
        ...(mails.some((mail) => mail.files) ? { files: mails.flatMap((mail) => mail.files ?? []) } : {}),
    };
}

function htmlDigest(mails: readonly NewMail[]): string {
    const section = (mail: NewMail) =>
        `<h4>${escapeHtml(stamp(mail.at))} &nbsp; ${escapeHtml(mail.subject)}</h4>\n` +
        (mail.html ?? `<pre>${escapeHtml(mail.text)}</pre>`);
    return mails.map(section).join('\n<hr>\n');
}
