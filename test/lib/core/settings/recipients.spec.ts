import { deepEqual, equal } from 'node:assert/strict';
import { faultsOf, readSettings } from '../../../../lib/core/settings';
import { settings as email } from '../../../../nodes/jobs/ups-email.settings';
import { settings as sms } from '../../../../nodes/jobs/ups-sms.settings';

const rules = (declaration: typeof email | typeof sms, node: object) =>
    faultsOf(declaration as typeof email, node).map(({ property, rule, value }) => [property, rule, value]);

describe('recipients of a job', () => {
    const mail = (to: unknown) => rules(email, { account: 'a', to });
    const message = (to: unknown) => rules(sms, { modem: 'm', to });

    it('are mail addresses by commas, semicolons or lines, with names, groups and wildcards', () => {
        for (const to of [
            'a@x.example, "Doe, J." <b@x.example>\nc@x.example;{{site.contact}}',
            'Night shift: a@x.example, b@x.example;',
            ['a@x.example', 'b@x.example'],
            '${OPS}',
        ])
            deepEqual(mail(to), [], JSON.stringify(to));
        deepEqual(mail('a@x.example, chief'), [['to', 'mail', 'chief']]);
        deepEqual(mail('Night shift: ;'), [['to', 'listEmpty', undefined]]);
    });

    it('are telephone numbers as people write them, and wildcards', () => {
        deepEqual(message('+49 (0)176 / 12-34.567, 0175543124\n{{site.contact}}'), []);
        deepEqual(message('+49176x'), [['to', 'phone', '+49176x']]);
        deepEqual(message(' ; \n'), [['to', 'listEmpty', undefined]]);
    });

    it('are a hundred at most, and one that stands twice counts once', () => {
        const many = Array.from({ length: 101 }, (_, i) => `a${i}@x.example`);
        deepEqual(mail(many.join()), [['to', 'atMostEntries', '101']]);
        deepEqual(mail([...many.slice(1), many[5]].join()), []);
        const numbers = Array.from({ length: 101 }, (_, i) => `0176${1000 + i}`);
        deepEqual(message(numbers.join()), [['to', 'atMostEntries', '101']]);
    });
});

describe('a mail job without further settings', () => {
    it('says the same as one that was just made', () => {
        const { subject, text, minimumMinutes, digest, automatic, otherSources, schedules, statusMode, edge } =
            readSettings(email, { account: 'a', to: 'a@x.example' });
        equal(subject, '{{ups.name}}: {{event.text}}');
        equal(text, email.fields.text!.initial);
        deepEqual(
            [minimumMinutes, digest, automatic, otherSources, schedules, statusMode, edge],
            [0, false, false, true, false, 'never', 'on'],
        );
    });

    it('asks for a time of day only where a status mail goes out daily', () => {
        const node = { account: 'a', to: 'a@x.example', statusTime: '25:00' };
        deepEqual(rules(email, node), []);
        deepEqual(rules(email, { ...node, statusMode: 'daily' }), [['statusTime', 'statusTime', '25:00']]);
    });
});
