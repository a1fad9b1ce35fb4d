import { choice, text, type AllOf } from '../../../lib/core/settings';

/** The path of a serial port. */
export function serialPath(options: { example: string; when: AllOf; icon?: string }) {
    return text({ icon: 'usb', required: true, ...options });
}

/** What a serial port does with its two output lines: an adapter or a contact may live on one. */
export function outputLines(when: AllOf) {
    const line = () =>
        choice(['unchanged', 'on', 'off'], { icon: 'arrow-up', width: 'medium', default: 'unchanged', when });
    return { dtr: line(), rts: line() };
}
