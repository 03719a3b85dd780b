"""Tell levels of budget lines apart; keep policy areas, scope texts and items of lists; log what is imported."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql
revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('coverage_items_history',
    sa.Column('id', sa.Text(collation='C'), nullable=False, comment='식별자 | Global, stable identifier: kind, colon, key'),
    sa.Column('grade', sa.Enum('OPEN', 'SENSITIVE', 'CONFIDENTIAL', name='grade', native_enum=False, create_constraint=True, length=40), nullable=False, comment='공개 등급 | Disclosure grade'),
    sa.Column('owner_id', sa.Text(collation='C'), nullable=True, comment='소유 기관 | Organization that answers for the row'),
    sa.Column('released_in', sa.Integer(), nullable=False, comment='판 번호 | Release that wrote the row'),
    sa.Column('coverage_id', sa.Text(collation='C'), nullable=False, comment='제도별 포함 | Coverage'),
    sa.Column('technology_id', sa.Text(collation='C'), nullable=False, comment='기술 | Technology'),
    sa.Column('superseded_in', sa.Integer(), autoincrement=False, nullable=False, comment='대체한 판 | Release that replaced or removed the row'),
    sa.ForeignKeyConstraint(['superseded_in'], ['releases.number'], name=op.f('fk_coverage_items_history_superseded_in')),
    sa.PrimaryKeyConstraint('id', 'superseded_in', name=op.f('pk_coverage_items_history')),
    comment="제도별 해당 기술: 이력 | An item of a regime's list that makes the regime cover a common area: History"
    )
    op.create_index('ix_coverage_items_history_coverage_id', 'coverage_items_history', ['coverage_id'], unique=False)
    op.create_index('ix_coverage_items_history_released_in', 'coverage_items_history', ['released_in'], unique=False)
    op.create_index(op.f('ix_coverage_items_history_superseded_in'), 'coverage_items_history', ['superseded_in'], unique=False)
    op.create_index('ix_coverage_items_history_technology_id', 'coverage_items_history', ['technology_id'], unique=False)
    op.create_table('imports',
    sa.Column('number', sa.BigInteger(), sa.Identity(always=False), nullable=False, comment='번호 | Number'),
    sa.Column('dataset', sa.Text(collation='C'), nullable=False, comment='데이터셋 | Dataset'),
    sa.Column('file_name', sa.Text(collation='C'), nullable=False, comment='파일명 | Name of the file'),
    sa.Column('file_sha256', sa.Text(collation='C'), nullable=False, comment='파일 해시 | SHA-256 of the file'),
    sa.Column('mapping_sha256', sa.Text(collation='C'), nullable=False, comment='대응표 해시 | SHA-256 of the mapping'),
    sa.Column('rows', sa.Integer(), nullable=False, comment='행 수 | Rows of the file'),
    sa.Column('refused', sa.Integer(), nullable=False, comment='거부된 행 수 | Rows that were refused'),
    sa.Column('newest_release', sa.Integer(), nullable=False, comment='당시 최신 판 | Newest release when it was done'),
    sa.Column('release', sa.Integer(), nullable=True, comment='판 번호 | Release that it made; null where nothing changed'),
    sa.Column('finished_at', postgresql.TIMESTAMP(timezone=True, precision=0), server_default=sa.text('now()'), nullable=False, comment='완료 시각 | When it was done'),
    sa.ForeignKeyConstraint(['release'], ['releases.number'], name=op.f('fk_imports_release')),
    sa.PrimaryKeyConstraint('number', name=op.f('pk_imports')),
    comment='반입 | Files that were imported, whether or not they changed anything'
    )
    op.create_index(op.f('ix_imports_dataset'), 'imports', ['dataset'], unique=False)
    op.create_table('policy_allocations_history',
    sa.Column('id', sa.Text(collation='C'), nullable=False, comment='식별자 | Global, stable identifier: kind, colon, key'),
    sa.Column('grade', sa.Enum('OPEN', 'SENSITIVE', 'CONFIDENTIAL', name='grade', native_enum=False, create_constraint=True, length=40), nullable=False, comment='공개 등급 | Disclosure grade'),
    sa.Column('owner_id', sa.Text(collation='C'), nullable=True, comment='소유 기관 | Organization that answers for the row'),
    sa.Column('released_in', sa.Integer(), nullable=False, comment='판 번호 | Release that wrote the row'),
    sa.Column('budget_line_id', sa.Text(collation='C'), nullable=False, comment='예산 항목 | Budget line'),
    sa.Column('policy_area_id', sa.Text(collation='C'), nullable=False, comment='정책영역 | Policy area'),
    sa.Column('amount', sa.BigInteger(), nullable=False, comment='금액(원) | Amount in won'),
    sa.Column('superseded_in', sa.Integer(), autoincrement=False, nullable=False, comment='대체한 판 | Release that replaced or removed the row'),
    sa.ForeignKeyConstraint(['superseded_in'], ['releases.number'], name=op.f('fk_policy_allocations_history_superseded_in')),
    sa.PrimaryKeyConstraint('id', 'superseded_in', name=op.f('pk_policy_allocations_history')),
    comment='정책영역 배분: 이력 | The part of a budget line counted for a policy area; parts may overlap: History'
    )
    op.create_index('ix_policy_allocations_history_budget_line_id', 'policy_allocations_history', ['budget_line_id'], unique=False)
    op.create_index('ix_policy_allocations_history_policy_area_id', 'policy_allocations_history', ['policy_area_id'], unique=False)
    op.create_index('ix_policy_allocations_history_released_in', 'policy_allocations_history', ['released_in'], unique=False)
    op.create_index(op.f('ix_policy_allocations_history_superseded_in'), 'policy_allocations_history', ['superseded_in'], unique=False)
    op.create_table('policy_areas_history',
    sa.Column('id', sa.Text(collation='C'), nullable=False, comment='식별자 | Global, stable identifier: kind, colon, key'),
    sa.Column('grade', sa.Enum('OPEN', 'SENSITIVE', 'CONFIDENTIAL', name='grade', native_enum=False, create_constraint=True, length=40), nullable=False, comment='공개 등급 | Disclosure grade'),
    sa.Column('owner_id', sa.Text(collation='C'), nullable=True, comment='소유 기관 | Organization that answers for the row'),
    sa.Column('released_in', sa.Integer(), nullable=False, comment='판 번호 | Release that wrote the row'),
    sa.Column('name', sa.Text(collation='C'), nullable=False, comment='명칭 | Name'),
    sa.Column('ordinal', sa.Integer(), nullable=True, comment='순번 | Position in the source'),
    sa.Column('superseded_in', sa.Integer(), autoincrement=False, nullable=False, comment='대체한 판 | Release that replaced or removed the row'),
    sa.ForeignKeyConstraint(['superseded_in'], ['releases.number'], name=op.f('fk_policy_areas_history_superseded_in')),
    sa.PrimaryKeyConstraint('id', 'superseded_in', name=op.f('pk_policy_areas_history')),
    comment='정책영역: 이력 | A purpose by which a budget is counted beside the fields of technology, such as basic research: History'
    )
    op.create_index('ix_policy_areas_history_name', 'policy_areas_history', ['name'], unique=False)
    op.create_index('ix_policy_areas_history_released_in', 'policy_areas_history', ['released_in'], unique=False)
    op.create_index(op.f('ix_policy_areas_history_superseded_in'), 'policy_areas_history', ['superseded_in'], unique=False)
    op.create_table('policy_areas',
    sa.Column('id', sa.Text(collation='C'), nullable=False, comment='식별자 | Global, stable identifier: kind, colon, key'),
    sa.Column('grade', sa.Enum('OPEN', 'SENSITIVE', 'CONFIDENTIAL', name='grade', native_enum=False, create_constraint=True, length=40), nullable=False, comment='공개 등급 | Disclosure grade'),
    sa.Column('owner_id', sa.Text(collation='C'), nullable=True, comment='소유 기관 | Organization that answers for the row'),
    sa.Column('released_in', sa.Integer(), nullable=False, comment='판 번호 | Release that wrote the row'),
    sa.Column('name', sa.Text(collation='C'), nullable=False, comment='명칭 | Name'),
    sa.Column('ordinal', sa.Integer(), nullable=True, comment='순번 | Position in the source'),
    sa.ForeignKeyConstraint(['owner_id'], ['organizations.id'], name=op.f('fk_policy_areas_owner_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['released_in'], ['releases.number'], name=op.f('fk_policy_areas_released_in')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_areas')),
    comment='정책영역 | A purpose by which a budget is counted beside the fields of technology, such as basic research'
    )
    op.create_index(op.f('ix_policy_areas_name'), 'policy_areas', ['name'], unique=False)
    op.create_index(op.f('ix_policy_areas_released_in'), 'policy_areas', ['released_in'], unique=False)
    op.create_table('policy_allocations',
    sa.Column('id', sa.Text(collation='C'), nullable=False, comment='식별자 | Global, stable identifier: kind, colon, key'),
    sa.Column('grade', sa.Enum('OPEN', 'SENSITIVE', 'CONFIDENTIAL', name='grade', native_enum=False, create_constraint=True, length=40), nullable=False, comment='공개 등급 | Disclosure grade'),
    sa.Column('owner_id', sa.Text(collation='C'), nullable=True, comment='소유 기관 | Organization that answers for the row'),
    sa.Column('released_in', sa.Integer(), nullable=False, comment='판 번호 | Release that wrote the row'),
    sa.Column('budget_line_id', sa.Text(collation='C'), nullable=False, comment='예산 항목 | Budget line'),
    sa.Column('policy_area_id', sa.Text(collation='C'), nullable=False, comment='정책영역 | Policy area'),
    sa.Column('amount', sa.BigInteger(), nullable=False, comment='금액(원) | Amount in won'),
    sa.ForeignKeyConstraint(['budget_line_id'], ['budget_lines.id'], name=op.f('fk_policy_allocations_budget_line_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['organizations.id'], name=op.f('fk_policy_allocations_owner_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['policy_area_id'], ['policy_areas.id'], name=op.f('fk_policy_allocations_policy_area_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['released_in'], ['releases.number'], name=op.f('fk_policy_allocations_released_in')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_policy_allocations')),
    sa.UniqueConstraint('budget_line_id', 'policy_area_id', name=op.f('uq_policy_allocations_budget_line_id_policy_area_id')),
    comment='정책영역 배분 | The part of a budget line counted for a policy area; parts may overlap'
    )
    op.create_index(op.f('ix_policy_allocations_budget_line_id'), 'policy_allocations', ['budget_line_id'], unique=False)
    op.create_index(op.f('ix_policy_allocations_policy_area_id'), 'policy_allocations', ['policy_area_id'], unique=False)
    op.create_index(op.f('ix_policy_allocations_released_in'), 'policy_allocations', ['released_in'], unique=False)
    op.create_table('coverage_items',
    sa.Column('id', sa.Text(collation='C'), nullable=False, comment='식별자 | Global, stable identifier: kind, colon, key'),
    sa.Column('grade', sa.Enum('OPEN', 'SENSITIVE', 'CONFIDENTIAL', name='grade', native_enum=False, create_constraint=True, length=40), nullable=False, comment='공개 등급 | Disclosure grade'),
    sa.Column('owner_id', sa.Text(collation='C'), nullable=True, comment='소유 기관 | Organization that answers for the row'),
    sa.Column('released_in', sa.Integer(), nullable=False, comment='판 번호 | Release that wrote the row'),
    sa.Column('coverage_id', sa.Text(collation='C'), nullable=False, comment='제도별 포함 | Coverage'),
    sa.Column('technology_id', sa.Text(collation='C'), nullable=False, comment='기술 | Technology'),
    sa.ForeignKeyConstraint(['coverage_id'], ['area_coverages.id'], name=op.f('fk_coverage_items_coverage_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['owner_id'], ['organizations.id'], name=op.f('fk_coverage_items_owner_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['released_in'], ['releases.number'], name=op.f('fk_coverage_items_released_in')),
    sa.ForeignKeyConstraint(['technology_id'], ['technologies.id'], name=op.f('fk_coverage_items_technology_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_coverage_items')),
    sa.UniqueConstraint('coverage_id', 'technology_id', name=op.f('uq_coverage_items_coverage_id_technology_id')),
    comment="제도별 해당 기술 | An item of a regime's list that makes the regime cover a common area"
    )
    op.create_index(op.f('ix_coverage_items_coverage_id'), 'coverage_items', ['coverage_id'], unique=False)
    op.create_index(op.f('ix_coverage_items_released_in'), 'coverage_items', ['released_in'], unique=False)
    op.create_index(op.f('ix_coverage_items_technology_id'), 'coverage_items', ['technology_id'], unique=False)
    op.add_column('area_coverages', sa.Column('scope', sa.Text(collation='C'), nullable=True, comment='범위 | Scope text as the source gives it'))
    op.add_column('area_coverages_history', sa.Column('scope', sa.Text(collation='C'), nullable=True, comment='범위 | Scope text as the source gives it'))
    op.add_column('budget_lines', sa.Column('level', sa.Enum('MINISTRY', 'PROJECT', 'PART', name='linelevel', native_enum=False, create_constraint=True, length=40), nullable=False, server_default='MINISTRY', comment='항목 수준 | What the amount is of'))
    op.add_column('budget_lines_history', sa.Column('level', sa.Enum('MINISTRY', 'PROJECT', 'PART', name='linelevel', native_enum=False, create_constraint=True, length=40), nullable=False, server_default='MINISTRY', comment='항목 수준 | What the amount is of'))
    # Until now there were totals of ministries only.
    for table in ('budget_lines', 'budget_lines_history'):
        op.alter_column(table, 'level', server_default=None)
        op.drop_index(f'ix_{table}_fiscal_year', table)
        op.create_index(f'ix_{table}_fiscal_year_id', table, ['fiscal_year', 'id'])
    op.add_column('common_areas', sa.Column('note', sa.Text(collation='C'), nullable=True, comment='비고 | Note in the source'))
    op.add_column('common_areas_history', sa.Column('note', sa.Text(collation='C'), nullable=True, comment='비고 | Note in the source'))
    op.add_column('designations', sa.Column('name', sa.Text(collation='C'), nullable=True, comment="당시 기술명 | Name in that version, where it differs from the technology's"))
    op.add_column('designations', sa.Column('section', sa.Text(collation='C'), nullable=True, comment='목록 구분 | Section of the list as printed'))
    op.add_column('designations', sa.Column('note', sa.Text(collation='C'), nullable=True, comment='비고 | Note in the source'))
    op.add_column('designations_history', sa.Column('name', sa.Text(collation='C'), nullable=True, comment="당시 기술명 | Name in that version, where it differs from the technology's"))
    op.add_column('designations_history', sa.Column('section', sa.Text(collation='C'), nullable=True, comment='목록 구분 | Section of the list as printed'))
    op.add_column('designations_history', sa.Column('note', sa.Text(collation='C'), nullable=True, comment='비고 | Note in the source'))
    op.add_column('projects', sa.Column('committee', sa.Text(collation='C'), nullable=True, comment='전문위원회 | Committee that deliberates on it, as the source names it'))
    op.add_column('projects_history', sa.Column('committee', sa.Text(collation='C'), nullable=True, comment='전문위원회 | Committee that deliberates on it, as the source names it'))


def downgrade() -> None:
    op.drop_column('projects_history', 'committee')
    op.drop_column('projects', 'committee')
    op.drop_column('designations_history', 'note')
    op.drop_column('designations_history', 'section')
    op.drop_column('designations_history', 'name')
    op.drop_column('designations', 'note')
    op.drop_column('designations', 'section')
    op.drop_column('designations', 'name')
    op.drop_column('common_areas_history', 'note')
    op.drop_column('common_areas', 'note')
    for table in ('budget_lines', 'budget_lines_history'):
        op.drop_index(f'ix_{table}_fiscal_year_id', table)
        op.create_index(f'ix_{table}_fiscal_year', table, ['fiscal_year'])
    op.drop_column('budget_lines_history', 'level')
    op.drop_column('budget_lines', 'level')
    op.drop_column('area_coverages_history', 'scope')
    op.drop_column('area_coverages', 'scope')
    op.drop_index(op.f('ix_coverage_items_technology_id'), table_name='coverage_items')
    op.drop_index(op.f('ix_coverage_items_released_in'), table_name='coverage_items')
    op.drop_index(op.f('ix_coverage_items_coverage_id'), table_name='coverage_items')
    op.drop_table('coverage_items')
    op.drop_index(op.f('ix_policy_allocations_released_in'), table_name='policy_allocations')
    op.drop_index(op.f('ix_policy_allocations_policy_area_id'), table_name='policy_allocations')
    op.drop_index(op.f('ix_policy_allocations_budget_line_id'), table_name='policy_allocations')
    op.drop_table('policy_allocations')
    op.drop_index(op.f('ix_policy_areas_released_in'), table_name='policy_areas')
    op.drop_index(op.f('ix_policy_areas_name'), table_name='policy_areas')
    op.drop_table('policy_areas')
    op.drop_index(op.f('ix_policy_areas_history_superseded_in'), table_name='policy_areas_history')
    op.drop_index('ix_policy_areas_history_released_in', table_name='policy_areas_history')
    op.drop_index('ix_policy_areas_history_name', table_name='policy_areas_history')
    op.drop_table('policy_areas_history')
    op.drop_index(op.f('ix_policy_allocations_history_superseded_in'), table_name='policy_allocations_history')
    op.drop_index('ix_policy_allocations_history_released_in', table_name='policy_allocations_history')
    op.drop_index('ix_policy_allocations_history_policy_area_id', table_name='policy_allocations_history')
    op.drop_index('ix_policy_allocations_history_budget_line_id', table_name='policy_allocations_history')
    op.drop_table('policy_allocations_history')
    op.drop_index(op.f('ix_imports_dataset'), table_name='imports')
    op.drop_table('imports')
    op.drop_index('ix_coverage_items_history_technology_id', table_name='coverage_items_history')
    op.drop_index(op.f('ix_coverage_items_history_superseded_in'), table_name='coverage_items_history')
    op.drop_index('ix_coverage_items_history_released_in', table_name='coverage_items_history')
    op.drop_index('ix_coverage_items_history_coverage_id', table_name='coverage_items_history')
    op.drop_table('coverage_items_history')
