import { createServer } from 'node:net';
import { serve } from './program';

serve({
    async listen({ addresses, port }: { addresses: string[]; port: number }) {
        for (const host of addresses) {
            await new Promise<void>((done, fail) => {
                createServer().once('error', fail).listen({ host, port, backlog: 1 }, done);
            });
        }
    },
});
