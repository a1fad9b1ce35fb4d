import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { NAMES } from './editor-page';

/** What two pictures have not in common. */
export interface Difference {
    /** Of the points of the bigger one, percent. */
    percent: number;
    /** Where, in points. */
    box?: [left: number, top: number, right: number, bottom: number];
    sizes: string;
}

/** A letter that is drawn half a point beside is none; a row that comes or goes is. */
const LITTLE_PERCENT = 0.15;
/** Of 255, by colour: what the smoothing of letters makes. */
const SAME_SHADE = 40;

/** Lists the pictures of two folders that differ by more than a little. @returns whether any do */
export async function comparePictures(
    browser: Browser,
    before: string,
    after: string,
    { types, looks }: { types?: string[]; looks: string[] },
): Promise<boolean> {
    const page = await browser.newPage();
    await page.addInitScript(NAMES);
    await page.goto('about:blank');
    let different = 0;
    let compared = 0;
    for (const look of looks) {
        const names = new Set([before, after].flatMap((folder) => pictures(join(folder, look))));
        for (const name of [...names].sort()) {
            if (types && !types.includes(name.replace('.png', ''))) continue;
            const files = [join(before, look, name), join(after, look, name)] as const;
            const gone = files.find((file) => !existsSync(file));
            compared++;
            if (gone) {
                different++;
                console.log(`${look}/${name}: there is no ${gone}`);
                continue;
            }
            const { percent, box, sizes } = await difference(page, readFileSync(files[0]), readFileSync(files[1]));
            if (percent <= LITTLE_PERCENT) continue;
            different++;
            console.log(
                `${look}/${name}: ${percent.toFixed(2)} % differ, ${sizes}${box ? `, within ${box.join(' ')}` : ''}`,
            );
        }
    }
    console.log(`${different} of ${compared} pictures differ by more than ${LITTLE_PERCENT} %.`);
    await page.close();
    return different > 0;
}

const pictures = (folder: string) =>
    existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.png')) : [];

/** Two PNGs, point by point, by the browser's own reader. */
export function difference(page: Page, before: Buffer, after: Buffer): Promise<Difference> {
    return page.evaluate(
        async ([first, second, shade]) => {
            const read = async (data: string) => {
                const image = new Image();
                image.src = `data:image/png;base64,${data}`;
                await image.decode();
                const canvas = document.createElement('canvas');
                [canvas.width, canvas.height] = [image.width, image.height];
                const context = canvas.getContext('2d', { willReadFrequently: true })!;
                context.drawImage(image, 0, 0);
                return context.getImageData(0, 0, image.width, image.height);
            };
            const [a, b] = [await read(first), await read(second)];
            const [width, height] = [Math.max(a.width, b.width), Math.max(a.height, b.height)];
            const at = ({ data, width: w, height: h }: ImageData, x: number, y: number, colour: number) =>
                x < w && y < h ? data[4 * (y * w + x) + colour]! : -256;
            let count = 0;
            const box: [number, number, number, number] = [width, height, 0, 0];
            for (let y = 0; y < height; y++) {
                for (let x = 0; x < width; x++) {
                    if ([0, 1, 2].every((colour) => Math.abs(at(a, x, y, colour) - at(b, x, y, colour)) <= shade))
                        continue;
                    count++;
                    box[0] = Math.min(box[0], x);
                    box[1] = Math.min(box[1], y);
                    box[2] = Math.max(box[2], x);
                    box[3] = Math.max(box[3], y);
                }
            }
            return {
                percent: (100 * count) / (width * height),
                ...(count ? { box } : {}),
                sizes: `${a.width}x${a.height} and ${b.width}x${b.height}`,
            };
        },
        [before.toString('base64'), after.toString('base64'), SAME_SHADE] as const,
    );
}
