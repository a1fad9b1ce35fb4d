import { oneLine } from './compose';
import type { MailFile } from './mail';

/** The files of one message together, characters: they wait in the queue, in the store of the site. */
export const MOST_CHARACTERS = 2_000_000;
const MOST_FILES = 10;
const LONGEST_NAME = 120;
const TYPE = /^[\w.+-]+\/[\w.+-]+(; ?charset=[\w-]+)?$/;

/**
 * The files that a message brings along, as `ups-report` makes them: `msg.attachments`, a list of `{filename, contentType, content}` with
 * texts as content. What has another form is no file.
 * @returns `left` how many are left out because they are too many or too long
 */
export function filesOf(message: { attachments?: unknown }): { files: MailFile[]; left: number } {
    const { attachments } = message;
    const given = Array.isArray(attachments) ? attachments.flatMap((each: unknown) => fileOf(each) ?? []) : [];
    const files: MailFile[] = [];
    let room = MOST_CHARACTERS;
    for (const file of given) {
        if (file.content.length > room || files.length === MOST_FILES) continue;
        room -= file.content.length;
        files.push(file);
    }
    return { files, left: given.length - files.length };
}

function fileOf(given: unknown): MailFile | undefined {
    if (typeof given !== 'object' || given === null) return undefined;
    const { filename, contentType, content } = given as Record<string, unknown>;
    if (typeof filename !== 'string' || typeof content !== 'string') return undefined;
    // A name is no path.
    const name = oneLine(filename).replace(/[/\\]/g, '_').slice(0, LONGEST_NAME);
    const type = typeof contentType === 'string' && TYPE.test(contentType) ? contentType : 'text/plain; charset=utf-8';
    return name === '' ? undefined : { filename: name, contentType: type, content };
}
