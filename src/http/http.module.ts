import { Module, type DynamicModule } from '@nestjs/common';
import { PROBLEM_WRITER } from '../reliability/errors/problem.filter.js';
import { HTTP_OPTIONS, type HttpOptions } from './http-options.js';
import { MetricsController } from './metrics.controller.js';
import { FastifyProblemWriter } from './problem-writer.js';

/** The HTTP edge of every process: problems and metrics. */
@Module({ controllers: [MetricsController] })
export class HttpModule {
  static forRoot(options: HttpOptions): DynamicModule {
    const providers = [
      { provide: HTTP_OPTIONS, useValue: options },
      { provide: PROBLEM_WRITER, useClass: FastifyProblemWriter },
    ];
    return { module: HttpModule, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}
