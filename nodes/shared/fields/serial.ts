import { choice, text, type When } from '../../../lib/core/settings';

/** The path of a serial port. */
export function serialPath(options: { example: string; when: When; icon?: string }) {
    return text({ icon: 'usb', required: true, ...options });
}

/** The state of the two output lines of a serial port: an adapter or a contact may take its power from one. */
export function outputLines(when: When) {
    const line = () =>
        choice(['unchanged', 'on', 'off'], { icon: 'arrow-up', width: 'medium', default: 'unchanged', when });
    return { dtr: line(), rts: line() };
}
