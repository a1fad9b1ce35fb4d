import type { Page } from 'playwright-core';
import { NAMES } from './editor-page';

export interface FirstScreen {
    /** The words that the eye can see without scrolling, in the order of the page, with plain spaces. */
    text: string;
    /** The words on the buttons that are seen whole, and take a press. */
    buttons: string[];
}

/**
 * What somebody sees who opens the page and does nothing. Judged by the boxes of the words in the window: what is covered, transparent, cut off or
 * outside is not seen.
 */
export async function firstScreen(page: Page): Promise<FirstScreen> {
    await page.evaluate(NAMES);
    return page.evaluate(() => {
        const { clientWidth: width, clientHeight: height } = document.documentElement;
        const isInside = ({ left, top, right, bottom }: DOMRect) =>
            left >= -1 && top >= -1 && right <= width + 1 && bottom <= height + 1 && right > left && bottom > top;
        const isOnTop = (element: Element, { left, top, right, bottom }: DOMRect) => {
            const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
            return hit !== null && (element.contains(hit) || hit.contains(element));
        };
        const isSeen = (element: Element, rect: DOMRect) =>
            isInside(rect) &&
            element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
            isOnTop(element, rect);
        const words: string[] = [];
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        for (let text = walker.nextNode(); text; text = walker.nextNode()) {
            const parent = text.parentElement;
            if (!parent || !text.textContent?.trim()) continue;
            const range = document.createRange();
            range.selectNodeContents(text);
            const rects = [...range.getClientRects()];
            // Words for screen readers are a pixel large.
            const isRead = rects.length > 0 && rects.every((rect) => rect.height >= 8 && isSeen(parent, rect));
            if (isRead) words.push(text.textContent);
        }
        const buttons = [...document.querySelectorAll('button')]
            .filter((button) => !button.disabled && isSeen(button, button.getBoundingClientRect()))
            .map((button) => button.innerText.trim());
        return { text: words.join(' ').replace(/\s+/g, ' '), buttons };
    });
}
