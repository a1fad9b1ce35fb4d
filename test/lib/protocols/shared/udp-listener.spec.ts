import assert from 'node:assert/strict';
import { listenUdp } from '../../../../lib/protocols/shared/udp-listener';

describe('a UDP port that listens', () => {
    it('sends nothing after it was closed, and throws nothing', async () => {
        const ignore = () => undefined;
        const listener = await listenUdp({ address: '127.0.0.1', port: 0 }, ignore, ignore, ignore);
        await listener.close();
        assert.doesNotThrow(() => listener.send(Buffer.of(1), listener.at));
    });

    it('sends nothing to port 0, which a forged datagram may come from, and throws nothing', async () => {
        const ignore = () => undefined;
        const listener = await listenUdp({ address: '127.0.0.1', port: 0 }, ignore, ignore, ignore);
        try {
            for (const port of [0, 65_536, -1, NaN]) {
                assert.doesNotThrow(() => listener.send(Buffer.of(1), { address: '127.0.0.1', port }), String(port));
            }
        } finally {
            await listener.close();
        }
    });
});
