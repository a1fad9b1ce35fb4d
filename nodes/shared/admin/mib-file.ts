import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import type * as MibFile from '../../../lib/protocols/mib/mib-file';
import type * as ReadAside from '../../../lib/protocols/mib/read-aside';
import { flowOf } from '../runtime/flow-of';
import { editorWords } from '../words/editor-words';
import { errorText } from '../words/texts';
import { adminRoute } from './admin-route';

// Loaded when somebody uploads a file.
const reader = () => require('../../../lib/protocols/mib/read-aside') as typeof ReadAside;
const limits = () => require('../../../lib/protocols/mib/mib-file') as typeof MibFile;

/**
 * Lets the dialog of a device read the MIB files that a person chooses: `POST ridethrough/mib`, their bytes one behind the other as
 * `application/octet-stream`, with `?sizes=<bytes>,<bytes>` for several. It answers with the objects, or says why they are refused, and which of them
 * it is where one alone is (`file`, from 0); nothing of them is kept. It needs the permission to deploy, as all that goes with it does.
 */
export function serveMibFiles(RED: NodeAPI): void {
    adminRoute(RED, 'post', 'mib', 'flows.write', (request, response) => {
        const words = editorWords(RED, request);
        // One byte more than is allowed, so that the reader refuses it by its name.
        bytesOf(request, limits().MOST_MIB_BYTES + 1)
            .then((bytes) => reader().readMibAside(partsOf(bytes, request.query.sizes), flowOf(RED).clock))
            .then((objects) => response.type('json').end(`{"ok":true,"objects":${objects}}`))
            .catch((error: unknown) => {
                if (response.headersSent) return;
                const file = error instanceof reader().MibsRefused ? error.file : undefined;
                response.json({ ok: false, text: errorText(words, error), ...(file !== undefined && { file }) });
            });
    });
}

const MOST_FILES = 16;

/** The files in what was sent. Sizes that do not fit are those of nobody's dialog: it counts as one file. */
function partsOf(bytes: Uint8Array, sizes: unknown): Uint8Array[] {
    const lengths = String(sizes ?? '')
        .split(',')
        .map(Number);
    const total = lengths.reduce((sum, each) => sum + each, 0);
    if (lengths.length > MOST_FILES || total !== bytes.length || lengths.some((each) => each < 0)) return [bytes];
    let at = 0;
    return lengths.map((length) => bytes.subarray(at, (at += length)));
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
