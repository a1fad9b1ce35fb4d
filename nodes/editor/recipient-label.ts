import type { EditorNode } from './red';
import { shorten, text } from './texts';

/** The label of a job that sends messages to people. */
export function recipientLabel({ type, to }: EditorNode): string {
    const recipients = shorten(to);
    return recipients === '' ? '' : `${text(type, 'palette')} → ${recipients}`;
}
