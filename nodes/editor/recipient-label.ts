import type { EditorNode } from './red';
import { shorten, text } from './texts';

/** What the canvas calls a job that writes to somebody. */
export function recipientLabel({ type, to }: EditorNode): string {
    const recipients = shorten(to);
    return recipients === '' ? '' : `${text(type, 'palette')} → ${recipients}`;
}
