import { equal, match } from 'node:assert/strict';
import type { EventMessage } from '../../../../lib/core/messages';
import { composeTrap } from '../../../../lib/protocols/mail/email-trap';

describe('E-mail trap', () => {
    const message = (source: string) =>
        ({
            topic: `${source}/power-fail`,
            payload: true,
            event: {
                ...{ id: 'power-fail', source, sourceId: 'u1', level: 'alarm', active: true },
                ...{ since: 1, at: 1, episode: 'e1', text: 'on battery' },
            },
        }) as EventMessage;
    const compose = (source: string) =>
        composeTrap(
            'nms@example.org',
            { message: message(source), activeEvents: undefined, site: undefined, now: 1 },
            { id: 'job1', name: 'Trap', log: 'always' },
        );

    it('is composed whatever a source is called', () => {
        // What lies on the bound of a header must not be cut into half a character.
        for (const name of [`${'x'.repeat(99)}🔋`, 'half \ud83d of one', 'a\r\nBcc: x@y']) {
            const { headers } = compose(name);
            match(headers!['X-Ridethrough-Source']!, /^[\x20-\x7e]+; name=/);
        }
        equal(compose('Größe 1').headers!['X-Ridethrough-Source'], 'site=; name=Gr%C3%B6%C3%9Fe%201; id=u1');
    });
});
