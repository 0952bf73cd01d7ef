"""The commands that give access: accounts of people, keys of other systems."""

import sys
from typing import Annotated

import typer

from hotline.accounts.roles import Role
from hotline.shell import read_settings, screen, with_database

accounts = typer.Typer(no_args_is_help=True, help="账号。")
keys = typer.Typer(no_args_is_help=True, help="开放接口的密钥。")


@accounts.command("create")
def create_account(
    username: Annotated[str, typer.Option(prompt="账号")],
    role: Annotated[Role, typer.Option(prompt="角色")],
    organization: Annotated[str, typer.Option(prompt="机构（编号）", help="如 city-wuhai")],
    display_name: Annotated[str, typer.Option(help="显示的姓名。")] = "",
    password: Annotated[str | None, typer.Option(help="自定初始密码；不给就随机生成。")] = None,
) -> None:
    """建立一个账号；初始密码只显示这一次。"""
    from hotline import administering

    wanted = administering.WantedAccount(
        username, display_name or username, role, organization, password
    )
    password = with_database(
        read_settings(), lambda database: administering.create(database, wanted)
    )
    _show(password, f"已建立账号 {username}")


@accounts.command("reset")
def reset_account(
    username: Annotated[str, typer.Option(prompt="账号")],
    codes: Annotated[bool, typer.Option("--codes", help="设备遗失：动态验证码也重设。")] = False,
) -> None:
    """给一个账号新的初始密码，只显示这一次；管理员账号只能这样重置。"""
    from hotline import administering

    password = with_database(
        read_settings(), lambda database: administering.reset(database, username, codes=codes)
    )
    _show(password, f"已重置账号 {username}")


@keys.command("create")
def create_key(
    name: Annotated[str, typer.Option(prompt="给谁用")],
    contact: Annotated[str, typer.Option(prompt="联系人和电话")],
) -> None:
    """建立一把密钥；密钥只显示这一次。"""
    from hotline import administering

    secret = with_database(
        read_settings(), lambda database: administering.create_key(database, name, contact)
    )
    sys.stdout.write(f"{secret}\n")


def _show(password: str, done: str) -> None:
    """The secret alone goes to stdout."""
    from hotline.accounts.first_passwords import VALID_FOR

    hours = VALID_FOR.total_seconds() / 3600
    screen.print(f"{done}。初始密码 {hours:g} 小时内有效，首次登录时须修改：", markup=False)
    sys.stdout.write(f"{password}\n")
