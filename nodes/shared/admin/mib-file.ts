import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import type * as MibFile from '../../../lib/protocols/mib/mib-file';
import type * as MibObjects from '../../../lib/protocols/mib/objects';
import { editorWords } from '../words/editor-words';
import { errorText } from '../words/texts';
import { adminRoute } from './admin-route';

// Loaded when somebody uploads a file: the base modules are 300 KiB.
const reader = () => require('../../../lib/protocols/mib/objects') as typeof MibObjects;
const limits = () => require('../../../lib/protocols/mib/mib-file') as typeof MibFile;

/**
 * Lets the dialog of a device read a MIB file that a person chooses: `POST ridethrough/mib`, the bytes of the file as `application/octet-stream`. It answers
 * with the objects, or says why the file is refused; nothing of it is kept. It needs the permission to deploy, as all that goes with it does.
 */
export function serveMibFiles(RED: NodeAPI): void {
    adminRoute(RED, 'post', 'mib', 'flows.write', (request, response) => {
        // One byte more than is allowed, so that the reader refuses it by its name.
        bytesOf(request, limits().MOST_MIB_BYTES + 1)
            .then((bytes) => response.json({ ok: true, objects: reader().readMib(bytes) }))
            .catch((error: unknown) => {
                if (!response.headersSent)
                    response.json({ ok: false, text: errorText(editorWords(RED, request), error) });
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
