import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fillCommandTemplate } from '../../../../lib/core/templates/wildcards';
import type { EventMessage } from '../../../../lib/core/messages';

const fill = (text: string, template = 'logger {{event.text}} end') =>
    fillCommandTemplate(template, { now: 0, message: { event: { text } } as EventMessage });

describe('wildcards in a command line', () => {
    it('can be no more than words for a shell', () => {
        for (const text of [
            'a;reboot',
            '$(reboot)',
            '`reboot`',
            'a|b',
            'a&b',
            'a>b',
            'a\nreboot',
            "'x",
            '"x',
            '%PATH%',
            '*',
        ]) {
            const said = execFileSync('/bin/sh', ['-c', fill(text, 'printf "%s" {{event.text}}')]).toString();
            assert.doesNotMatch(said, /[;$`|&><\n'"%*]/, text);
        }
    });

    it('can be no options of the command, in no word of theirs', () => {
        for (const text of ['-f /etc/shadow', 'mains -f /etc/shadow', 'a  --file=/etc/shadow', '\u2003-x']) {
            assert.doesNotMatch(fill(text), /(^|\s)-[^\s]/, text);
        }
    });

    it('leave what people write as it is', () => {
        for (const text of ['USV-3: Netz fehlt seit 14:05, -4.5 A', 'Straße 1/2 +49', '2026-11-21', 'Hall 2 - UPS']) {
            assert.equal(fill(text), `logger ${text} end`);
        }
    });
});
