import { Module } from '@nestjs/common';
import { PagesController } from './pages.controller.js';

/** What people and their tools read before they write a request. */
@Module({ controllers: [PagesController] })
export class PagesModule {}
