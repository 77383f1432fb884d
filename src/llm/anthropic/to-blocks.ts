import type { ContentPart, MessageContent } from '../provider.js';
import type { ImageBlock, TextBlock } from './messages-api.js';
import { untranslatable } from './untranslatable.js';

const DATA_URL = 'data:';

/** Widely used, but not registered: Anthropic refuses it. */
const UNREGISTERED_JPEG = 'image/jpg';

/**
 * Content of a message as blocks. Texts without a visible character are left out: Anthropic refuses them.
 * @throws ProviderFault `rejected` for a part that is neither text nor image.
 */
export function toBlocks(content: MessageContent): (TextBlock | ImageBlock)[] {
  if (typeof content === 'string') return textBlocks(content);
  return (content ?? []).flatMap((part) => blocksOfPart(part));
}

export function textBlocks(text: string): TextBlock[] {
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

function blocksOfPart(part: ContentPart): (TextBlock | ImageBlock)[] {
  if (part.type === 'text' && typeof part['text'] === 'string') return textBlocks(part['text']);
  if (part.type === 'refusal' && typeof part['refusal'] === 'string') return textBlocks(part['refusal']);
  if (part.type === 'image_url') return [imageBlock(urlOf(part['image_url']))];
  throw untranslatable('message parts of this kind');
}

function urlOf(image: unknown): string {
  if (typeof image === 'object' && image !== null && 'url' in image && typeof image.url === 'string') return image.url;
  throw untranslatable('image parts without a URL');
}

/** No regular expression: the URL may hold megabytes. */
function imageBlock(url: string): ImageBlock {
  if (url.startsWith('https://')) return { type: 'image', source: { type: 'url', url } };
  const comma = url.indexOf(',');
  const [mediaType = '', ...parameters] = url.slice(DATA_URL.length, Math.max(comma, 0)).split(';');
  if (!url.startsWith(DATA_URL) || mediaType === '' || parameters.at(-1) !== 'base64') {
    throw untranslatable('images that are neither base64 nor https');
  }
  const registered = mediaType === UNREGISTERED_JPEG ? 'image/jpeg' : mediaType;
  return { type: 'image', source: { type: 'base64', media_type: registered, data: url.slice(comma + 1) } };
}
