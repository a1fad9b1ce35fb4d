import { strict as assert } from 'node:assert';
import {
    MAX_MESSAGE_BYTES,
    RccmdParser,
    encodeMessage,
    parseDatagram,
    parseMessage,
} from '../../../../lib/protocols/rccmd/codec';
import {
    RCCMD_ACTIONS,
    RCCMD_VERBS,
    actionOf,
    isInferred,
    sameVerb,
    verbTable,
} from '../../../../lib/protocols/rccmd/verbs';
import { UpsError } from '../../../../lib/core/errors';

const texts = (stream: string | Buffer, cuts: number[] = []) => {
    const bytes = Buffer.from(stream as string);
    const parser = new RccmdParser();
    const bounds = [0, ...cuts, bytes.length];
    const messages = bounds.slice(1).flatMap((end, n) => parser.push(bytes.subarray(bounds[n], end)));
    return {
        messages: [...messages, ...parser.end()].map(({ verb, text }) => `${verb}|${text}`),
        garbage: parser.garbage,
    };
};

describe('RCCMD codec', () => {
    it('writes the message as it was seen on a wire', () => {
        const text = 'Powerfail on SLC-20-CUBE3 (5): Autonomietime 125.00 min.';
        assert.equal(
            encodeMessage({ verb: 'MSG_EXECUTE', text }).toString('latin1'),
            'CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on SLC-20-CUBE3 (5): Autonomietime 125.00 min.',
        );
    });

    it('leaves MSG_TEXT out where there is no text, and ends as told', () => {
        assert.equal(
            encodeMessage({ verb: 'MSG_SHUTDOWN', text: '' }).toString(),
            'CONNECT TO RCCMD (SEND) MSG_SHUTDOWN',
        );
        assert.match(encodeMessage({ verb: 'MSG_SHUTDOWN', text: '' }, 'crlf').toString(), /MSG_SHUTDOWN\r\n$/);
        assert.match(encodeMessage({ verb: 'MSG_LOG', text: 'x' }, 'nul').toString(), /MSG_TEXT x\0$/);
        assert.match(encodeMessage({ verb: 'MSG_LOG', text: 'x' }, 'lf').toString(), /MSG_TEXT x\n$/);
    });

    it('lets no text end its line, hide a second message or break a string', () => {
        const hostile = [
            'a\r\nCONNECT TO RCCMD (SEND) MSG_SHUTDOWN',
            'a\0CONNECT  to rccmd (SEND) MSG_SHUTDOWN',
            'a\u0085b\u2028c\u001b[2J\u007f\u009b',
            '\r\n\0',
            // The low byte of these is a line feed, a carriage return and a NUL.
            'a\u010ab\u010dc\u0100',
        ];
        for (const text of hostile) {
            const bytes = encodeMessage({ verb: 'MSG_MESSAGE', text });
            assert.equal(
                bytes.findIndex((byte) => byte < 0x20 || byte === 0x7f),
                -1,
                JSON.stringify(text),
            );
            assert.equal(bytes.toString().match(/CONNECT\s+TO\s+RCCMD/gi)?.length, 1);
            assert.doesNotMatch(bytes.toString(), /[\u0080-\u009f\u2028\u2029]/);
        }
        assert.throws(() => encodeMessage({ verb: 'MSG_X\nMSG_SHUTDOWN', text: '' }), isInvalid('verb'));
        assert.throws(() => encodeMessage({ verb: '', text: '' }), isInvalid('verb'));
    });

    it('cuts what is too long at a character', () => {
        for (const character of ['x', 'ü', '€', '🔋']) {
            for (const shift of ['', 'a', 'ab', 'abc']) {
                const bytes = encodeMessage({ verb: 'MSG_LOG', text: shift + character.repeat(5000) }, 'crlf');
                assert.ok(bytes.length <= MAX_MESSAGE_BYTES && bytes.length > MAX_MESSAGE_BYTES - 4);
                assert.doesNotMatch(bytes.toString(), /\ufffd/);
                assert.equal(parseDatagram(bytes).messages.length, 1);
            }
        }
    });

    it('reads any verb, with or without text, whatever ends it', () => {
        for (const end of ['', '\n', '\r\n', '\r', '\0', '\r\n\0', '\0\0\0']) {
            assert.deepEqual(texts(`CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT a b${end}`).messages, [
                'MSG_EXECUTE|a b',
            ]);
            assert.deepEqual(texts(`CONNECT TO RCCMD (SEND) MSG_SHUTDOWN${end}`).messages, ['MSG_SHUTDOWN|']);
            assert.deepEqual(texts(`CONNECT TO RCCMD (SEND) MSG_SHUTDOWN MSG_TEXT${end}`).messages, ['MSG_SHUTDOWN|']);
            assert.deepEqual(texts(`connect to  rccmd (send) msg_new_1 20 s${end}`).messages, ['MSG_NEW_1|20 s']);
        }
        assert.deepEqual(texts('CONNECT TO RCCMD (SEND) MSG_LOG MSG_TEXT MSG_TEXT x').messages, ['MSG_LOG|MSG_TEXT x']);
        assert.deepEqual(texts('CONNECT TO RCCMD (SEND) MSG_LOG MSG_TEXTILE').messages, ['MSG_LOG|MSG_TEXTILE']);
    });

    it('reads UTF-8, and Latin-1 where it is none', () => {
        const head = 'CONNECT TO RCCMD (SEND) MSG_MESSAGE MSG_TEXT ';
        assert.equal(parseMessage(Buffer.from(`${head}Störung €`))?.text, 'Störung €');
        assert.equal(parseMessage(Buffer.from(`${head}Störung`, 'latin1'))?.text, 'Störung');
    });

    it('finds all messages in a stream cut anywhere', () => {
        const stream =
            'CONNECT TO RCCMD (SEND) MSG_LOG MSG_TEXT ä\r\n?? junk\nCONNECT TO RCCMD (SEND) MSG_TRAP\0CONNECT TO RCCMD (SEND) MSG_WAKEUP MSG_TEXT z';
        const expected = { messages: ['MSG_LOG|ä', 'MSG_TRAP|', 'MSG_WAKEUP|z'], garbage: 7 };
        const length = Buffer.byteLength(stream);
        for (let cut = 0; cut <= length; cut++) assert.deepEqual(texts(stream, [cut]), expected, `cut at ${cut}`);
        assert.deepEqual(
            texts(
                stream,
                Array.from({ length: length - 1 }, (_, n) => n + 1),
            ),
            expected,
        );
    });

    it('takes no message out of another one: its text may be a stranger’s', () => {
        const line = 'CONNECT TO RCCMD (SEND) MSG_LOG MSG_TEXT x CONNECT TO RCCMD (SEND) MSG_SHUTDOWN';
        assert.deepEqual(texts(line).messages, ['MSG_LOG|x CONNECT TO RCCMD (SEND) MSG_SHUTDOWN']);
    });

    it('drops what is too long, keeps little of it, and goes on with the next line', () => {
        const parser = new RccmdParser();
        const flood = Buffer.alloc(100_000, 'CONNECT TO RCCMD (SEND) MSG_LOG MSG_TEXT ');
        for (let n = 0; n < 50; n++) assert.deepEqual(parser.push(flood), []);
        const messages = parser.push(Buffer.from('\nCONNECT TO RCCMD (SEND) MSG_SHUTDOWN\n'));
        assert.deepEqual(
            messages.map(({ verb }) => verb),
            ['MSG_SHUTDOWN'],
        );
        assert.equal(parser.garbage, 5_000_000);
    });

    it('survives random bytes', () => {
        let seed = 1;
        const random = () => (seed = (seed * 48271) % 2147483647);
        const parser = new RccmdParser();
        for (let n = 0; n < 2000; n++) {
            parser.push(Uint8Array.from({ length: random() % 200 }, () => random() % 256));
        }
        const messages = [...parser.push(Buffer.from('\nCONNECT TO RCCMD (SEND) MSG_LOG\n'))];
        assert.deepEqual(
            messages.map(({ verb }) => verb),
            ['MSG_LOG'],
        );
    });

    it('does not hold on to the buffer it was given', () => {
        const parser = new RccmdParser();
        const buffer = Buffer.from('CONNECT TO RCCMD (SEND) MSG_LOG MSG_TEXT first');
        parser.push(buffer);
        buffer.fill('x');
        assert.equal(parser.end()[0]?.text, 'first');
    });
});

describe('RCCMD verbs', () => {
    it('calls only execute seen', () => {
        assert.deepEqual(
            RCCMD_ACTIONS.filter((action) => !isInferred(action)),
            ['execute'],
        );
    });

    it('can be replaced one by one', () => {
        const table = verbTable({ shutdown: 'msg_down', log: ' ' });
        assert.deepEqual(table, { ...RCCMD_VERBS, shutdown: 'MSG_DOWN' });
        assert.equal(actionOf({ verb: 'MSG_DOWN', text: '' }, table), 'shutdown');
        assert.equal(actionOf({ verb: 'MSG_SHUTDOWN', text: '' }, table), undefined);
        assert.throws(() => verbTable({ trap: 'two words' }), isInvalid('verb'));
    });

    it('knows an execute of wakeup as a wakeup', () => {
        assert.equal(actionOf({ verb: 'MSG_EXECUTE', text: 'wakeup' }), 'wakeup');
        assert.equal(actionOf({ verb: 'MSG_WAKEUP', text: '' }), 'wakeup');
        assert.equal(actionOf({ verb: 'MSG_EXECUTE', text: 'wakeup.bat' }), 'execute');
        assert.ok(sameVerb('shutdown', 'MSG_SHUTDOWN') && !sameVerb('shutdown', 'MSG_SHUT'));
    });
});

function isInvalid(property: string) {
    return (error: unknown) =>
        error instanceof UpsError && error.code === 'config-invalid' && error.data.property === property;
}
