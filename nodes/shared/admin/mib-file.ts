import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import type * as MibFile from '../../../lib/protocols/mib/mib-file';
import type * as ReadAside from '../../../lib/protocols/mib/read-aside';
import { flowOf } from '../runtime/flow-of';
import { errorText } from '../words/texts';
import { adminRoute } from './admin-route';

// Loaded when somebody uploads a file.
const reader = () => require('../../../lib/protocols/mib/read-aside') as typeof ReadAside;
const limits = () => require('../../../lib/protocols/mib/mib-file') as typeof MibFile;

/**
 * Lets the dialog of a device read a MIB file that a person chooses: `POST ridethrough/mib`, the bytes of the file as `application/octet-stream`. It answers
 * with the objects, or says why the file is refused; nothing of it is kept. It needs the permission to deploy, as all that goes with it does.
 */
export function serveMibFiles(RED: NodeAPI): void {
    adminRoute(RED, 'post', 'mib', 'flows.write', (request, response) => {
        // One byte more than is allowed, so that the reader refuses it by its name.
        bytesOf(request, limits().MOST_MIB_BYTES + 1)
            .then((bytes) => reader().readMibAside(bytes, flowOf(RED).clock))
            .then((objects) => response.type('json').end(`{"ok":true,"objects":${objects}}`))
            .catch((error: unknown) => {
                if (!response.headersSent) response.json({ ok: false, text: errorText(RED, error) });
            });
    });
}

function bytesOf(request: Request, most: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
        const parts: Buffer[] = [];
        let length = 0;
        request.on('data', (part: Buffer) => {
            // What comes beyond is let go, so that the answer is read.
            if (length < most) parts.push(part.subarray(0, most - length));
            length += part.length;
        });
        request.on('end', () => resolve(Buffer.concat(parts)));
        request.on('error', reject);
    });
}
