import { describe, expect, test } from 'vitest';

import { parseImages } from '../../src/sandbox/images-file.ts';

describe('the file of images', () => {
  test('says which command runs instead of which image', async () => {
    const text = 'images:\n  "acme/redis:*": redis-server --port $PORT_6379\n  acme/web: |\n    node web.js\n';

    expect(await parseImages(text, 'images.yaml')).toEqual({
      'acme/redis:*': 'redis-server --port $PORT_6379',
      'acme/web': 'node web.js\n',
    });
  });

  test('may be empty of images', async () => {
    expect(await parseImages('images: {}', 'images.yaml')).toEqual({});
  });

  test.each([
    { text: 'images:\n  a: b\nimage: {}', says: 'images.yaml:3:1: unknown key "image"' },
    { text: 'images:\n  acme/redis: 5', says: 'images.yaml:2:15: the command of "acme/redis" must be text' },
    { text: 'images:\n  acme/redis:', says: 'the command of "acme/redis" must be text' },
    { text: 'images: [a]', says: 'images.yaml:1:9: "images" must be a mapping' },
    { text: 'images:', says: '"images" must be a mapping' },
    { text: '', says: 'the file must be a mapping' },
    { text: '{}', says: 'it has no key "images"' },
    { text: 'images: {a: b', says: 'images.yaml:1:14: ' },
    { text: 'images:\n  a: b\n  a: c', says: 'images.yaml:3:3: Map keys must be unique' },
  ])('$text is refused: $says', async ({ text, says }) => {
    await expect(parseImages(text, 'images.yaml')).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining(says),
    });
  });
});
