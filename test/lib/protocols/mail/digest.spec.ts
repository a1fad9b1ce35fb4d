import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { backOff } from '../../../../lib/protocols/mail/back-off';
import { digest, gatherGroup, noteRelease, waitFor } from '../../../../lib/protocols/mail/digest';
import type { MailRecord } from '../../../../lib/protocols/mail/mail';
import { mailToDrop } from '../../../../lib/protocols/mail/mail-to-drop';
import { mail } from './memory-transport';
import { inEnglish } from '../../../support/in-english';

const MINUTE = 60_000;

describe('gathering mails', () => {
    it('lets the first go at once, and what follows wait for the rest of the interval', () => {
        equal(waitFor(1_000_000, undefined, 5 * MINUTE), 0);
        equal(waitFor(1_000_000, { at: 1_000_000 - MINUTE, minimumMs: 5 * MINUTE }, 5 * MINUTE), 4 * MINUTE);
        equal(waitFor(1_000_000, { at: 1_000_000 - 6 * MINUTE, minimumMs: 5 * MINUTE }, 5 * MINUTE), 0);
        equal(waitFor(1_000_000, { at: 1_000_000, minimumMs: 5 * MINUTE }, 0), 0);
    });

    it('never waits longer than the interval when the clock was set back', () => {
        equal(waitFor(0, { at: 365 * 24 * 60 * MINUTE, minimumMs: MINUTE }, MINUTE), MINUTE);
    });

    it('keeps mails for different readers and of different jobs apart', () => {
        const a = gatherGroup(mail('x', { to: ['a@x.org', 'b@x.org'] }));
        equal(a, gatherGroup(mail('y', { to: ['b@x.org', 'a@x.org'] })));
        ok(a !== gatherGroup(mail('x', { to: ['a@x.org'] })));
        ok(a !== gatherGroup(mail('x', { to: ['a@x.org', 'b@x.org'], sourceId: 'job2' })));
    });

    it('forgets releases that hold up nothing any more', () => {
        const old = { a: { at: 0, minimumMs: MINUTE }, b: { at: 9 * MINUTE, minimumMs: 5 * MINUTE } };
        const now = { at: 10 * MINUTE, minimumMs: MINUTE };
        deepEqual(noteRelease(old, 'c', now), { b: old.b, c: now });
    });

    it('makes one mail of several: subject of the last and the count, each with its time', () => {
        const at = Date.UTC(2026, 0, 15, 3, 0, 0);
        const made = digest(
            [
                mail('Mains failed', { at, attachEventLog: true }),
                mail('Battery low', { at: at + MINUTE, level: 'warning', attachDataLog: true }),
                mail('Mains back', { at: at + 2 * MINUTE, level: 'info' }),
            ],
            inEnglish,
        );
        equal(made.subject, 'Mains back (+2 more)');
        equal(made.level, 'alarm');
        deepEqual([made.attachEventLog, made.attachDataLog], [true, true]);
        const order = ['Mains failed', 'text of Mains failed', 'Battery low', 'Mains back'].map((t) =>
            made.text.indexOf(t),
        );
        deepEqual(
            order,
            order.toSorted((a, b) => a - b),
        );
        ok(order.every((index) => index >= 0));
        equal(made.text.match(/\d\d:\d\d:00 [+-]/g)?.length, 3);
        equal(made.html, undefined);
    });

    it('shows plain mails as such beside HTML ones', () => {
        const made = digest([mail('1 < 2', { text: 'a < b' }), mail('2', { html: '<i>two</i>' })]);
        match(made.html!, /1 &lt; 2[\s\S]*<pre>a &lt; b<\/pre>[\s\S]*<i>two<\/i>/);
    });

    it('leaves a single mail as it is', () => {
        const only = mail('one');
        equal(digest([only]), only);
    });
});

describe('mail back-off', () => {
    it('grows from 10 s to 15 min and stays there', () => {
        deepEqual(
            [1, 2, 3, 4, 5, 6, 288].map(backOff),
            [10, 30, 60, 300, 900, 900, 900].map((s) => s * 1_000),
        );
    });
});

describe('a full mail queue', () => {
    const record = (id: string, level: 'info' | 'warning' | 'alarm', gathered: boolean): MailRecord => ({
        id,
        account: 'a',
        messageId: id,
        sequence: 0,
        mail: mail(id, { level }),
        ...(gathered ? { gather: { group: 'g', releaseAt: 0, minimumMs: 1 } } : {}),
        attempts: 0,
        waitedMs: 0,
    });

    it('gives up the lowest level first, gathered before others, oldest first', () => {
        const all = [
            record('a1', 'alarm', false),
            record('a2', 'alarm', true),
            record('w1', 'warning', false),
            record('i1', 'info', false),
            record('i2', 'info', true),
            record('i3', 'info', true),
        ];
        const order: string[] = [];
        for (let left = all; left.length; left = left.filter(({ id }) => !order.includes(id)))
            order.push(mailToDrop(left).id);
        deepEqual(order, ['i2', 'i3', 'i1', 'w1', 'a2', 'a1']);
    });
});
