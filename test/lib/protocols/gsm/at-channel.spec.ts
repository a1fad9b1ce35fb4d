import { strict as assert } from 'node:assert';
import { AtChannel } from '../../../../lib/protocols/gsm/at-channel';
import { FakeClock } from '../../../support/fake-clock';

describe('AT commands: the prompt for a text', () => {
    const BODY = '0011000C91';

    /** A channel that has asked to send a text, and what it has written and heard unasked. */
    function asked() {
        const clock = new FakeClock();
        const written: string[] = [];
        const unasked: string[] = [];
        const channel = new AtChannel(
            (text) => written.push(text),
            clock,
            'modem',
            (line) => unasked.push(line),
        );
        const answer = channel.command({ text: 'AT+CMGS=12', body: BODY, prefix: '+CMGS:', timeoutMs: 90_000 });
        const hear = (text: string) => channel.take(Buffer.from(text, 'latin1'));
        return {
            clock,
            written,
            unasked,
            channel,
            answer,
            hear,
            bodies: () => written.filter((t) => t.startsWith(BODY)),
        };
    }

    const prompts: [string, string, string[]][] = [
        ['as the standard has it', '\r\n> ', []],
        ['without a line end before it', '>', []],
        ['with a line end behind it', '\r\n>\r\n', []],
        ['with a blank and a line end behind it', '\r\n> \r\n', []],
        ['with a signal report behind it', '\r\n> \r\n^RSSI:20\r\n', ['^RSSI:20']],
        ['with a signal report on its line', '\r\n> ^RSSI:20\r\n', ['^RSSI:20']],
        ['with reports before it', '\r\n^RSSI:20\r\n\r\n+CREG: 1\r\n\r\n> ', ['^RSSI:20', '+CREG: 1']],
        ['behind an echo of the command', 'AT+CMGS=12\r\r\n> ', []],
    ];
    for (const [name, prompt, reports] of prompts)
        for (const [way, split] of [
            ['', (text: string) => [text]],
            [', byte by byte', (text: string) => [...text]],
        ] as const)
            it(`${name}${way}`, async () => {
                const { hear, bodies, answer, unasked, clock } = asked();
                for (const piece of split(prompt)) hear(piece);
                assert.deepEqual(bodies(), [`${BODY}\x1a`]);
                // Some send the text back.
                for (const piece of split(`> ${BODY}\x1a\r\n+CMGS: 7\r\n\r\nOK\r\n`)) hear(piece);
                assert.deepEqual(await answer, ['7']);
                assert.deepEqual([bodies().length, unasked, clock.pending], [1, reports, 0]);
            });

    it('is given no text for a > that is no prompt', async () => {
        const { hear, bodies, answer } = asked();
        hear('\r\n+CUSD: 0,"a > b"\r\n');
        assert.deepEqual(bodies(), []);
        hear('\r\n+CMS ERROR: 38\r\n');
        await assert.rejects(answer, /device-refused/);
    });

    it('takes a text as sent whose answer lacks the OK, and does not send it again', async () => {
        const { hear, answer, clock, channel, written } = asked();
        hear('\r\n> ');
        hear('\r\n+CMGS: 7\r\n');
        await clock.advance(2000);
        assert.deepEqual(await answer, ['7']);
        const next = channel.command({ text: 'AT', timeoutMs: 1000 });
        hear('\r\nOK\r\n');
        assert.deepEqual(await next, []);
        assert.equal(written.at(-1), 'AT\r');
    });
});
