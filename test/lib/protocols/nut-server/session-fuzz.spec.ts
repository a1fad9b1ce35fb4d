import assert from 'node:assert/strict';
import { Attempts, damaged, fuzzRuns, seededDice } from '../../../support/fuzz';
import { MemoryNutServer } from '../../../support/nut-serving';

const REQUESTS = [
    'GET VAR model ups.status\n',
    'GET TYPE model ups.delay.shutdown\n',
    'GET DESC model ups.status\n',
    'GET CMDDESC model load.off\n',
    'GET UPSDESC model\n',
    'GET NUMLOGINS model\n',
    'GET TRACKING 01234567-0123-0123-0123-0123456789AB\n',
    'LIST UPS\n',
    'LIST VAR model\n',
    'LIST RW model\n',
    'LIST CMD model\n',
    'LIST ENUM model ups.delay.shutdown\n',
    'LIST RANGE model ups.delay.shutdown\n',
    'LIST CLIENT model\n',
    'USERNAME admin\nPASSWORD "se cret"\nLOGIN model\n',
    'SET VAR model ups.delay.shutdown "30"\n',
    'SET TRACKING ON\nINSTCMD model load.off 5\n',
    'PRIMARY model\nFSD model\n',
    'STARTTLS\n',
    'VER\nNETVER\nHELP\n',
];
const PIECES = ['"', '\\', '#', '=', '\n', '\r\n', '\0', ' ', '__proto__', 'constructor', 'ÿ', '💡', 'x'.repeat(300)];

describe('damaged requests to the NUT server', () => {
    it('end in answers or in the end of the connection: no throw, no line without a form, no hang', function () {
        this.timeout(600_000);
        const dice = seededDice(16);
        const attempts = new Attempts();
        let client = new MemoryNutServer().connect();
        for (let run = 0; run < fuzzRuns(); run++) {
            if (client.closed || dice(20) === 0) {
                client.session.end();
                const server = new MemoryNutServer();
                server.hasTls = dice(2) === 1;
                client = server.connect();
            }
            const bytes = damaged(Buffer.from(REQUESTS[dice(REQUESTS.length)]!), dice, PIECES);
            client.sent = '';
            attempts.take(() => client.session.take(bytes));
            for (const line of client.sent.split('\n').slice(0, -1)) {
                assert.match(
                    line,
                    /^(OK|ERR [A-Z-]+$|ERR UNKNOWN|ON|OFF|1\.3|Ridethrough|Commands|BEGIN|END|VAR|RW|CMD|UPS|CLIENT|RANGE|TYPE|DESC|CMDDESC|UPSDESC|NUMLOGINS)/,
                );
                assert.doesNotMatch(line, /[\u0000-\u001f]/);
            }
        }
        attempts.judge();
    });
});
